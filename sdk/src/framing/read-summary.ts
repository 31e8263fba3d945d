import type { EventKind, ReadSummary } from '../protocols/protocol.ts';

export function countEvent(summary: ReadSummary, kind: EventKind): void {
  summary.events += 1;
  if (kind === 'event') return;
  summary.chunks += 1;
  if (kind === 'chunk') summary.visibleChunks += 1;
}
