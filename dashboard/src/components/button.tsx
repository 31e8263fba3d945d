import { Button as BaseButton } from '@base-ui/react/button';
import type { ComponentProps, ReactElement } from 'react';

export type ButtonLook = 'primary' | 'outline' | 'ghost' | 'danger';

const shared =
  'inline-flex select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors duration-100 disabled:cursor-default disabled:opacity-50';

const looks: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent-fill text-on-accent hover:brightness-110',
  outline: 'border border-line-strong bg-surface text-ink hover:bg-hover data-[popup-open]:bg-hover',
  ghost: 'text-ink-2 hover:bg-hover hover:text-ink data-[popup-open]:bg-hover data-[popup-open]:text-ink',
  danger: 'border border-line-strong bg-surface text-failed-text hover:bg-failed-soft',
};

const sizes = {
  sm: 'h-6 px-1.5 text-xs',
  md: 'h-7 px-2.5 text-sm pointer-coarse:h-9',
  lg: 'h-8 px-3 text-base pointer-coarse:h-10',
  icon: 'size-7 pointer-coarse:size-9',
  iconSm: 'size-6 pointer-coarse:size-8',
} as const;

interface ButtonStyle {
  readonly look?: ButtonLook;
  readonly size?: keyof typeof sizes;
}

export function buttonClass({ look = 'outline', size = 'md' }: ButtonStyle = {}): string {
  return `${shared} ${looks[look]} ${sizes[size]}`;
}

type ButtonProps = Omit<ComponentProps<typeof BaseButton>, 'className'> &
  ButtonStyle & { readonly className?: string };

export function Button({ look, size, className = '', ...props }: ButtonProps): ReactElement {
  const style = { ...(look === undefined ? {} : { look }), ...(size === undefined ? {} : { size }) };
  return <BaseButton className={`${buttonClass(style)} ${className}`} {...props} />;
}
