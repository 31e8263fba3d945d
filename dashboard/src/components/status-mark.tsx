import type { ReactElement } from 'react';

export type StatusTone = 'bad' | 'warn' | 'good' | 'quiet';

const tones: Readonly<Record<StatusTone, string>> = {
  bad: 'bg-failed-soft text-failed-text',
  warn: 'bg-limited-soft text-limited-text',
  good: 'bg-sunken text-ink-2',
  quiet: 'bg-sunken text-ink-3',
};

const dots: Readonly<Record<StatusTone, string>> = {
  bad: 'bg-failed',
  warn: 'bg-limited',
  good: 'bg-good-text',
  quiet: 'border border-ink-3',
};

/** A state in one word; the dot repeats it by colour and form, never alone. */
export function StatusMark({
  tone,
  children,
}: {
  readonly tone: StatusTone;
  readonly children: string;
}): ReactElement {
  return (
    <span
      className={`inline-flex h-5.5 shrink-0 items-center gap-1.5 rounded-full px-2 text-xs font-medium ${tones[tone]}`}
    >
      <span aria-hidden="true" className={`size-1.5 rounded-full ${dots[tone]}`} />
      {children}
    </span>
  );
}
