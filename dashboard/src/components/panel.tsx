import { Menu } from '@base-ui/react/menu';
import { type ReactElement, type ReactNode, useId, useRef, useState } from 'react';
import { copyText, downloadFile } from '../lib/clipboard.ts';
import { type TableData, toCsv } from '../lib/table-data.ts';
import { Button } from './button.tsx';
import { DataTable } from './data-table.tsx';
import { Icon, type IconName } from './icon.tsx';

const itemClass =
  'flex h-7 cursor-default select-none items-center gap-2 rounded-sm px-2 text-sm text-ink outline-none data-[highlighted]:bg-sunken pointer-coarse:h-9';

function MenuItem({
  icon,
  onClick,
  children,
}: {
  readonly icon: IconName;
  readonly onClick: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Menu.Item className={itemClass} onClick={onClick}>
      <Icon name={icon} className="text-ink-3" />
      {children}
    </Menu.Item>
  );
}

function PanelMenu({
  title,
  table,
  asTable,
  onToggleTable,
}: {
  readonly title: string;
  readonly table: TableData;
  readonly asTable: boolean;
  readonly onToggleTable: () => void;
}): ReactElement {
  const fileName = `weir-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.csv`;
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <Button
            look="ghost"
            size="iconSm"
            className="-mr-1.5 text-ink-3"
            aria-label={`Options of ${title}`}
          />
        }
      >
        <Icon name="more" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50">
          <Menu.Popup className="popup-motion min-w-44 rounded-lg border border-line bg-raised p-1 shadow-popover outline-none">
            <MenuItem icon={asTable ? 'overview' : 'table'} onClick={onToggleTable}>
              {asTable ? 'Show as chart' : 'Show as table'}
            </MenuItem>
            <MenuItem icon="copy" onClick={() => void copyText(toCsv(table))}>
              Copy as CSV
            </MenuItem>
            <MenuItem icon="download" onClick={() => downloadFile(fileName, 'text/csv', toCsv(table))}>
              Download CSV
            </MenuItem>
            <MenuItem icon="link" onClick={() => void copyText(location.href)}>
              Copy link to this view
            </MenuItem>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** A titled card. With `table` its content can be read as a table and taken away as CSV. */
export function Panel({
  title,
  hint,
  controls,
  table,
  className = '',
  flush = false,
  children,
}: {
  readonly title: string;
  /** A few words beside the title. */
  readonly hint?: ReactNode;
  readonly controls?: ReactNode;
  readonly table?: TableData | undefined;
  readonly className?: string;
  /** Content that brings its own horizontal padding. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  const section = useRef<HTMLElement>(null);
  return (
    <section
      ref={section}
      aria-labelledby={titleId}
      className={`flex min-w-0 flex-col rounded-lg border border-line bg-surface ${className}`}
    >
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 px-4 pt-2 pb-1">
        <div className="flex min-w-0 flex-[1_1_9rem] flex-wrap items-baseline gap-x-2">
          <h2 id={titleId} className="text-base font-semibold whitespace-nowrap">
            {title}
          </h2>
          {hint !== undefined && <p className="min-w-0 truncate text-xs text-ink-3">{hint}</p>}
        </div>
        <div className="ml-auto flex items-center gap-1">
          {controls}
          {table !== undefined && (
            <PanelMenu
              title={title}
              table={table}
              asTable={asTable}
              onToggleTable={() => setAsTable(!asTable)}
            />
          )}
        </div>
      </header>
      <div className={`flex min-h-0 flex-1 flex-col pb-3 ${flush ? '' : 'px-4'}`}>
        {asTable && table !== undefined ? (
          <div className={`max-h-80 overflow-auto ${flush ? 'px-4' : ''}`}>
            <DataTable caption={title} table={table} />
          </div>
        ) : (
          children
        )}
      </div>
    </section>
  );
}
