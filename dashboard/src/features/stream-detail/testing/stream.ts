import { type StreamDetail, streamFields } from '@weir/schemas/stream-fields';

/** @returns a stream of which nothing is known but what is given. */
export function streamWith(known: Partial<StreamDetail>): StreamDetail {
  const absent: Record<string, unknown> = {};
  for (const [field, { kind }] of Object.entries(streamFields)) {
    if (kind === 'dimension') absent[field] = 'unknown';
    else if (['texts', 'counts', 'secondsList'].includes(kind)) absent[field] = [];
    else if (kind === 'map' || kind === 'histogram') absent[field] = {};
    else absent[field] = ['id', 'label', 'text', 'time'].includes(kind) ? '' : null;
  }
  return { ...(absent as StreamDetail), ...known };
}

export const truncatedStream: StreamDetail = streamWith({
  outcome: 'failed',
  reason: 'truncated',
  stage: 'streaming',
  initiator: 'intermediary',
  initiatorEvidence: 'the via header names a proxy',
  protocol: 'anthropic_messages',
  retryable: true,
  terminalEventReceived: false,
  durationSeconds: 72,
  timeToHeadersSeconds: 0.8,
  timeToFirstByteSeconds: 0.9,
  ttftSeconds: 1.5,
  timeToFirstOutputSeconds: 4,
  timeToLastChunkSeconds: 12,
  lastGapSeconds: 60,
  maxGapSeconds: 11,
  maxGapOffsetSeconds: 0.7,
  stallThresholdSeconds: 10,
  chunks: 400,
  outputTokens: 520,
  recentChunkOffsets: [9, 10, 11, 12],
});
