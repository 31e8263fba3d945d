import { Menu } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import { dimensionName, valueName } from '../../lib/format/names.ts';
import type { Filter } from '../../lib/scope/filter.ts';
import { Icon } from '../icon.tsx';
import { OutcomeMark } from '../outcome-mark.tsx';

const itemClass =
  'flex h-7 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-highlight pointer-coarse:h-9';

/** One filter: its words turn it around, its cross removes it. */
export function FilterChip({
  filter,
  onReplace,
  onRemove,
}: {
  readonly filter: Filter;
  readonly onReplace: (filter: Filter) => void;
  readonly onRemove: () => void;
}): ReactElement {
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
              <Menu.Item className={itemClass} onClick={() => onReplace({ ...filter, exclude: !exclude })}>
                <Icon name={exclude ? 'check' : 'exclude'} className="text-ink-3" />
                {exclude ? 'Include instead' : 'Exclude instead'}
              </Menu.Item>
              <Menu.Item className={itemClass} onClick={onRemove}>
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
        onClick={onRemove}
        className="grid w-6 place-items-center text-ink-3 hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 pointer-coarse:w-9"
      >
        <Icon name="close" className="size-3" />
      </button>
    </li>
  );
}
