import { Menu } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { dimensionName, valueName } from '../../lib/format/names.ts';
import { type Filter, formatFilter } from '../../lib/scope/filter.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';

const itemClass =
  'flex h-7 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-sunken pointer-coarse:h-9';

function Chip({ filter }: { readonly filter: Filter }): ReactElement {
  const { addFilter, removeFilter } = useScopeActions();
  const { dimension, value, exclude } = filter;
  const relation = exclude ? 'is not' : 'is';
  return (
    <li className="flex h-7 max-w-full items-stretch overflow-hidden rounded-md border border-line-strong bg-surface text-sm pointer-coarse:h-9">
      <Menu.Root>
        <Menu.Trigger className="flex min-w-0 items-center gap-1.5 pr-1 pl-2 hover:bg-hover focus-visible:-outline-offset-2">
          <span className="text-ink-3">{dimensionName(dimension)}</span>
          <span className={exclude ? 'text-failed-text' : 'text-ink-3'}>{relation}</span>
          {dimension === 'outcome' && <OutcomeMark outcome={value} />}
          <span className="max-w-52 truncate font-medium">{valueName(dimension, value)}</span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="start" className="z-50">
            <Menu.Popup className="popup-motion min-w-40 rounded-lg border border-line bg-raised p-1 shadow-popover outline-none">
              <Menu.Item className={itemClass} onClick={() => addFilter({ ...filter, exclude: !exclude })}>
                <Icon name={exclude ? 'check' : 'exclude'} className="text-ink-3" />
                {exclude ? 'Include instead' : 'Exclude instead'}
              </Menu.Item>
              <Menu.Item className={itemClass} onClick={() => removeFilter(filter)}>
                <Icon name="close" className="text-ink-3" />
                Remove
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <button
        type="button"
        aria-label={`Remove filter ${dimensionName(dimension)} ${relation} ${value}`}
        onClick={() => removeFilter(filter)}
        className="grid w-6 place-items-center text-ink-3 hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 pointer-coarse:w-9"
      >
        <Icon name="close" className="size-3" />
      </button>
    </li>
  );
}

/** The filters that hold now, each removable and reversible. */
export function FilterChips(): ReactElement | null {
  const { filters } = useScope();
  const { setFilters } = useScopeActions();
  if (filters.length === 0) return null;
  return (
    <>
      <ul aria-label="Filters" className="contents">
        {filters.map((filter) => (
          <Chip key={formatFilter(filter)} filter={filter} />
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
