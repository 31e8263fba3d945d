import type { IngestKey } from '@weir/schemas/api';

/** Keys for a terminal: one line each, columns aligned. */
export function keyTable(keys: readonly IngestKey[]): string {
  return aligned([
    ['ID', 'PROJECT', 'LABEL', 'KEY', 'LAST USED', 'SPANS', 'RATE', 'PAGES', ''],
    ...keys.map((key) => [
      ...[key.id, key.project, key.reads ? `${key.label} (reads)` : key.label],
      key.hint === '' ? '' : `${key.hint}…`,
      key.lastUsedAt?.replace('T', ' ').slice(0, 16) ?? 'never',
      String(key.volume.acceptedSpans),
      key.spansPerSecond === null ? 'unlimited' : `${key.spansPerSecond}/s`,
      key.origins.length === 0 ? 'all' : key.origins.join(' '),
      key.revokedAt === null ? '' : 'revoked',
    ]),
  ]);
}

export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
