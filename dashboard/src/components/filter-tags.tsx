import type { ReactElement } from 'react';
import { dimensionName, valueName } from '../lib/format/names.ts';
import { parseFilter } from '../lib/scope/filter.ts';

/** Filters of a rule or an incident, to read. */
export function FilterTags({ filters }: { readonly filters: readonly string[] }): ReactElement {
  if (filters.length === 0) return <span className="text-ink-3">all streams</span>;
  return (
    <span className="inline-flex flex-wrap gap-1">
      {filters.map((text) => {
        const filter = parseFilter(text);
        return (
          <span key={text} className="rounded-sm bg-sunken px-1.5 text-xs/5 text-ink-2">
            {filter === undefined
              ? text
              : `${dimensionName(filter.dimension)} ${filter.exclude ? 'is not' : 'is'} ${valueName(filter.dimension, filter.value)}`}
          </span>
        );
      })}
    </span>
  );
}
