import type { ReactElement } from 'react';
import { FilterChip } from '../../components/filter-picker/filter-chip.tsx';
import { formatFilter } from '../../lib/scope/filter.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';

/** The filters that hold now, each removable and reversible. */
export function FilterChips(): ReactElement | null {
  const { filters } = useScope();
  const { addFilter, removeFilter, setFilters } = useScopeActions();
  if (filters.length === 0) return null;
  return (
    <>
      <ul aria-label="Filters" className="contents">
        {filters.map((filter) => (
          <FilterChip
            key={formatFilter(filter)}
            filter={filter}
            onReplace={addFilter}
            onRemove={() => removeFilter(filter)}
          />
        ))}
      </ul>
      {filters.length > 1 && (
        <button
          type="button"
          onClick={() => setFilters([])}
          className="h-7 rounded-sm px-1 text-sm text-ink-3 hover:text-ink"
        >
          Clear
        </button>
      )}
    </>
  );
}
