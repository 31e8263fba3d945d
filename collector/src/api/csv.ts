/** What a cell can hold; null is an empty one. */
export type CsvValue = string | number | boolean | null;

/**
 * A table as RFC 4180 text with a header line.
 *
 * @param rows cells in the order of `columns`
 */
export function toCsv(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  // Values come from whoever can send a span, and spreadsheets run what begins like a formula.
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
