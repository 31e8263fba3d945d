import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactElement } from 'react';

/** A choice of one among a few, all visible. */
export function Segmented<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}): ReactElement {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([chosen]) => {
        const option = options.find((candidate) => candidate.value === chosen);
        if (option !== undefined) onChange(option.value);
      }}
      className="flex gap-px rounded-md bg-sunken p-0.5"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          className="h-5.5 rounded-sm px-2 text-xs font-medium text-ink-2 hover:text-ink data-[pressed]:bg-surface data-[pressed]:text-ink data-[pressed]:shadow-[0_0_0_1px_var(--line)] pointer-coarse:h-8"
        >
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
