import { type ReactElement, type ReactNode, useId } from 'react';
import { formatSpan } from '../lib/format/numbers.ts';

export const inputClass =
  'h-8 w-full rounded-md border border-line-strong bg-surface px-2 text-base text-ink placeholder:text-ink-3 focus-visible:border-accent aria-invalid:border-failed pointer-coarse:h-10';

/** A native list, with a mark of its own. */
export const selectClass = `${inputClass} select-mark appearance-none pr-7`;

/** A group of fields under one question. */
export function FieldGroup({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <fieldset className="min-w-0 border-t border-line px-4 py-4 first:border-t-0">
      <legend className="float-left w-full text-base font-semibold">{title}</legend>
      {note !== undefined && <p className="clear-both pt-0.5 text-sm text-ink-3">{note}</p>}
      <div className="clear-both pt-2.5">{children}</div>
    </fieldset>
  );
}

interface FieldProps {
  readonly label: string;
  readonly problem?: string | undefined;
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
}

/** A labelled field, with what is wrong with it below. */
export function Field({ label, problem, children }: FieldProps): ReactElement {
  const id = useId();
  const problemId = `${id}-problem`;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-sm text-ink-2">
        {label}
      </label>
      {children({ id, describedBy: problem === undefined ? undefined : problemId })}
      {problem !== undefined && (
        <p id={problemId} className="mt-1 text-xs text-failed-text">
          {problem}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  value,
  problem,
  unit,
  placeholder,
  numeric = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly problem?: string | undefined;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly onChange: (value: string) => void;
}): ReactElement {
  return (
    <Field label={label} problem={problem}>
      {({ id, describedBy }) => (
        <span className="relative block">
          <input
            id={id}
            value={value}
            placeholder={placeholder}
            inputMode={numeric ? 'decimal' : undefined}
            aria-invalid={problem !== undefined}
            aria-describedby={describedBy}
            autoComplete="off"
            onChange={(event) => onChange(event.target.value)}
            className={`${inputClass} ${unit === undefined ? '' : 'pr-8'}`}
          />
          {unit !== undefined && (
            <span className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-sm text-ink-3">
              {unit}
            </span>
          )}
        </span>
      )}
    </Field>
  );
}

/** A length of time out of sensible ones; one that is none of them is kept as it is. */
export function SpanField({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly options: readonly number[];
  readonly onChange: (seconds: number) => void;
}): ReactElement {
  const all = options.includes(value) ? options : [...options, value].toSorted((a, b) => a - b);
  return (
    <Field label={label}>
      {({ id }) => (
        <select
          id={id}
          value={value}
          onChange={(event) => onChange(Number(event.target.value))}
          className={selectClass}
        >
          {all.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? 'at once' : formatSpan(seconds)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
