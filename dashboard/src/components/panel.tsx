import { Menu } from '@base-ui/react/menu';
import { type ReactElement, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { chartImage } from '../lib/chart-image.ts';
import { copyText, downloadFile, notify } from '../lib/clipboard.ts';
import { type TableData, toCsv } from '../lib/table-data.ts';
import { Button } from './button.tsx';
import { preloadTimeChart } from './chart/lazy-time-chart.tsx';
import { DataTable } from './data-table.tsx';
import { Icon, type IconName } from './icon.tsx';

const itemClass =
  'flex h-7 cursor-default select-none items-center gap-2 rounded-sm px-2 text-sm text-ink outline-none data-[highlighted]:bg-highlight pointer-coarse:h-9';

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
  chartOf,
}: {
  readonly title: string;
  readonly table: TableData;
  readonly asTable: boolean;
  readonly onToggleTable: () => void;
  /** The panel, when a chart of it can be drawn as a picture. */
  readonly chartOf: RefObject<HTMLElement | null> | undefined;
}): ReactElement {
  const fileName = `weir-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  const hasChart = chartOf !== undefined && !asTable;
  const saveImage = async (): Promise<void> => {
    const panel = chartOf?.current ?? undefined;
    const image = panel === undefined ? undefined : await chartImage(panel, title);
    if (image === undefined) notify('This browser cannot draw the chart as a picture.');
    else downloadFile(`${fileName}.png`, 'image/png', image);
  };
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
            <MenuItem
              icon="download"
              onClick={() => downloadFile(`${fileName}.csv`, 'text/csv', toCsv(table))}
            >
              Download CSV
            </MenuItem>
            {hasChart && (
              <MenuItem icon="image" onClick={() => void saveImage()}>
                Download image
              </MenuItem>
            )}
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
  chart = false,
  children,
}: {
  readonly title: string;
  /** A few words beside the title. */
  readonly hint?: ReactNode;
  readonly controls?: ReactNode;
  readonly table?: TableData | undefined;
  /** Whether the content is a chart that can be taken away as a picture. */
  readonly chart?: boolean;
  readonly className?: string;
  /** Content that brings its own horizontal padding. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (chart) preloadTimeChart();
  }, [chart]);
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
              chartOf={chart ? section : undefined}
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
