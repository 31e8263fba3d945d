import { attributes, customDimensionPrefix, resourceAttributes } from '@weir/schemas/attributes';

/**
 * A request of OTLP/JSON whose every text says which project it is of, so that one word of it in an answer for another
 * project is a leak. Some ids are the same in all projects: a question by such an id must not reach across.
 */
export function markedStreams(project: string, streams: number, endedAtMs: number): string {
  const spans = Array.from({ length: streams }, (_, index) => spanOf(project, index, endedAtMs));
  return JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: Object.values(resourceAttributes).map(({ key }) => text(key, marked(project, key))),
        },
        scopeSpans: [
          { scope: { name: marked(project, 'scope'), version: marked(project, 'version') }, spans },
        ],
      },
    ],
  });
}

/** Streams that share trace, request, user and session with those of other projects. */
export const sharedStreams = 5;

export function traceIdOf(project: string, index: number): string {
  const start = index < sharedStreams ? '5a5a' : hexOf(project, 4);
  return start + index.toString(16).padStart(28, '0');
}

export function spanIdOf(project: string, index: number): string {
  return hexOf(project, 8) + index.toString(16).padStart(8, '0');
}

export const sharedIds = {
  requestId: 'shared-request',
  userHash: 'shared-user',
  sessionId: 'shared-session',
};

/** What no answer for another project may hold. */
export function marksOf(project: string): readonly string[] {
  return [project, hexOf(project, 8), `${hexOf(project, 4)}${'0'.repeat(12)}`];
}

/** As many hexadecimal digits that stand for the project, in the ids of its streams. */
function hexOf(project: string, length: number): string {
  return Buffer.from(project).toString('hex').slice(0, length);
}

function spanOf(project: string, index: number, endedAtMs: number) {
  const isShared = index < sharedStreams;
  const ownIds = Object.fromEntries(
    Object.keys(sharedIds).map((name) => [name, `${project}-${name}-${index}`]),
  );
  const ids: Record<string, string> = isShared ? sharedIds : ownIds;
  const texts = Object.entries(attributes)
    .filter(([name, { type }]) => type === 'string' && !decided.has(name))
    .map(([name, { key }]) => text(key, ids[name] ?? marked(project, name)));
  return {
    ...{
      traceId: traceIdOf(project, index),
      spanId: spanIdOf(project, index),
      name: marked(project, 'name'),
    },
    startTimeUnixNano: `${endedAtMs - 2_000}000000`,
    endTimeUnixNano: `${endedAtMs}000000`,
    status: { message: marked(project, 'status') },
    attributes: [
      ...texts,
      text(attributes.outcome.key, index % 2 === 0 ? 'failed' : 'completed'),
      text(attributes.reason.key, index % 2 === 0 ? 'reset' : 'completed'),
      text(`${customDimensionPrefix}plan`, marked(project, 'plan')),
      text(`${customDimensionPrefix}${project}`, marked(project, 'value')),
      { key: attributes.maxGapSeconds.key, value: { doubleValue: 1 } },
      { key: attributes.chunks.key, value: { intValue: '7' } },
    ],
  };
}

/** These are words of a closed vocabulary. */
const decided: ReadonlySet<string> = new Set(['outcome', 'reason', 'stage', 'initiator', 'vantage']);

function marked(project: string, what: string): string {
  return `${project}-${what}`;
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}
