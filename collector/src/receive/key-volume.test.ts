import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createKeyVolumes, maxKeyLabels } from './key-volume.ts';
import { createTally } from './tally.ts';

it('counts each key apart, and the keys beyond the bound of labels as one in the metrics alone', async () => {
  const registry = new Registry();
  const volumes = createKeyVolumes(registry, () => 60_000);
  const tally = { ...createTally(), stored: 2, rejected: new Map([['future' as const, 1]]) };
  for (let key = 0; key < maxKeyLabels + 5; key += 1) {
    volumes.accepted(tally, { keyId: `k${key}`, isDuplicate: false, bytes: 100 });
  }
  volumes.accepted(tally, { keyId: 'k0', isDuplicate: true, bytes: 100 });
  volumes.refused(`k${maxKeyLabels}`, 'rate_limited');
  const series = (await registry.getSingleMetric('weir_key_accepted_spans_total')?.get())?.values ?? [];
  expect(series).toHaveLength(maxKeyLabels + 1);
  expect(series.find(({ labels }) => labels.key === 'other')?.value).toBe(10);
  expect(volumes.used()).toHaveLength(maxKeyLabels + 5);
  expect(volumes.of('k0')).toEqual({
    ...{ acceptedSpans: 2, duplicateSpans: 2, receivedBytes: 200, refusedRequests: [] },
    ...{ rejectedSpans: [{ reason: 'future', spans: 2 }], lastSeenAt: '1970-01-01T00:01:00.000Z' },
  });
  expect(volumes.of(`k${maxKeyLabels}`).refusedRequests).toEqual([{ reason: 'rate_limited', requests: 1 }]);
  expect(volumes.of('never')).toMatchObject({ acceptedSpans: 0, lastSeenAt: null });
});
