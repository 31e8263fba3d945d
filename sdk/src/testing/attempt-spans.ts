import { type LinkType, linkTypeKey } from '@weir/schemas/attributes';
import { factOf, type RecordedSpans } from './recorded-spans.ts';

/** How a span hangs together with the others of its request, told by numbers instead of ids. */
export interface AttemptOnSpan {
  readonly reason: string | undefined;
  readonly attempt: number | undefined;
  readonly final: boolean | undefined;
  /** Its link, and the attempt that this leads to. */
  readonly link: `${LinkType} ${number}` | undefined;
}

/** @returns the spans of each request, in the order in which they began. */
export async function attemptsByRequest(spans: RecordedSpans, count: number): Promise<AttemptOnSpan[][]> {
  const recorded = [...(await spans.waitFor(count))].sort(
    (a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1],
  );
  const numberOf = new Map(recorded.map((span) => [span.spanContext().spanId, factOf(span, 'attempt')]));
  const requests = new Map<string, AttemptOnSpan[]>();
  for (const span of recorded) {
    const requestId = factOf(span, 'requestId') ?? `none, ${span.spanContext().spanId}`;
    const [link, ...more] = span.links;
    if (more.length > 0) throw new Error('an attempt follows one other at most');
    const attempts = requests.get(requestId) ?? [];
    requests.set(requestId, attempts);
    attempts.push({
      reason: factOf(span, 'reason'),
      attempt: factOf(span, 'attempt'),
      final: factOf(span, 'finalAttempt'),
      link:
        link &&
        `${link.attributes?.[linkTypeKey] as LinkType} ${numberOf.get(link.context.spanId) ?? Number.NaN}`,
    });
  }
  return [...requests.values()];
}
