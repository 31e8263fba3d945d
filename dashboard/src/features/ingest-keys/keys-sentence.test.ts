import type { IngestKey } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { describeKeys } from './keys-sentence.ts';

function keyOf(changes: Partial<IngestKey>): IngestKey {
  const volume = {
    acceptedSpans: 0,
    duplicateSpans: 0,
    rejectedSpans: [],
    refusedRequests: [],
    receivedBytes: 0,
  };
  return {
    ...{ id: 'k', project: 'default', reads: false, label: '', hint: '', source: 'created', createdAt: null },
    ...{ lastUsedAt: '2026-03-01T10:00:00Z', revokedAt: null, origins: [] },
    ...{ spansPerSecond: null, burstSpans: null, volume: { ...volume, lastSeenAt: null } },
    ...changes,
  };
}

const revoked = keyOf({ revokedAt: '2026-03-02T10:00:00Z' });

test.each([
  [false, [], /^Nobody needs a key yet.*From the first key on/],
  [true, [revoked], /^Every key that sends is revoked/],
  [true, [revoked, keyOf({ reads: true })], /^Every key that sends is revoked/],
  [true, [keyOf({}), revoked], /^One key sends into one project\.$/],
  [
    true,
    [keyOf({}), keyOf({ project: 'shop', lastUsedAt: null })],
    /^2 keys send into 2 projects; one was never used\.$/,
  ],
])('required %s: %#', (required, keys, expected) => {
  expect(describeKeys({ required, keys: [...keys] })).toMatch(expected);
});
