import type { ReactElement, ReactNode } from 'react';

export interface StripFigure {
  readonly name: string;
  readonly value: string;
  readonly note?: ReactNode;
  readonly title?: string;
  readonly tone?: 'bad' | 'plain';
}

/** A few figures in one row. */
export function FigureStrip({ figures }: { readonly figures: readonly StripFigure[] }): ReactElement {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:grid-cols-4">
      {figures.map(({ name, value, note, title, tone = 'plain' }) => (
        <div key={name} className="min-w-0 bg-surface px-4 py-3">
          <dt className="truncate text-sm text-ink-2">{name}</dt>
          <dd>
            <p
              title={title}
              className={`mt-0.5 text-2xl font-semibold tracking-tight ${tone === 'bad' ? 'text-failed-text' : 'text-ink'}`}
            >
              {value}
            </p>
            <p className="truncate text-xs text-ink-3">{note}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}
