import type { ReactElement } from 'react';
import { unknownMark } from '../lib/format/numbers.ts';
import type { TableData } from '../lib/table-data.ts';

function cellText(value: string | number | null): string {
  if (value === null) return unknownMark;
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : value;
}

/** A plain table of a chart's data, for the keyboard and for screen readers. */
export function DataTable({
  caption,
  table,
}: {
  readonly caption: string;
  readonly table: TableData;
}): ReactElement {
  return (
    <table className="w-full border-collapse text-xs">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {table.columns.map((column, index) => (
            <th
              key={column}
              scope="col"
              className={`sticky top-0 bg-surface py-1.5 pr-3 font-medium text-ink-3 ${index === 0 ? 'text-left' : 'text-right'}`}
            >
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.join('|')} className="border-t border-line">
            {row.map((value, index) => (
              <td
                key={table.columns[index]}
                className={`py-1 pr-3 ${index === 0 ? 'text-left text-ink' : 'text-right text-ink-2'}`}
              >
                {cellText(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
