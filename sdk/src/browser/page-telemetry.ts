import type { SpanContext } from '@opentelemetry/api';
import { attributesOf, dimensionAttributes, spanName, statusMessage } from '../span-attributes.ts';
import type { Telemetry } from '../telemetry.ts';
import { encodeSpan } from './otlp-json.ts';
import type { SpanOutbox } from './span-outbox.ts';

export interface PageTelemetryOptions {
  readonly outbox: Pick<SpanOutbox, 'add' | 'flush'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Fills a buffer with random bytes. */
  readonly random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;
  /** Called with the first bug of ours; further ones are only kept from the application. */
  readonly log: (message: string, error: unknown) => void;
}

/** Spans without OpenTelemetry: each stream is a trace of its own, which the service that answers goes on with. */
export function createPageTelemetry({ outbox, now, random, log }: PageTelemetryOptions): Telemetry {
  let bugLogged = false;
  const id = (size: number) => hex(random(new Uint8Array(size)));
  return {
    begin(facts, links = [], calledAgoMs = 0) {
      const context: SpanContext = { traceId: id(16), spanId: id(8), traceFlags: 1 };
      const startedAtMs = now() - calledAgoMs;
      return {
        context,
        run: (work) => work(),
        end({ verdict, durationSeconds }, ended, dimensions) {
          const known = { ...facts, ...ended };
          outbox.add(
            encodeSpan({
              context,
              name: spanName(known),
              startedAtMs,
              endedAtMs: startedAtMs + durationSeconds * 1000,
              attributes: { ...attributesOf(known), ...dimensionAttributes(dimensions) },
              links,
              error: statusMessage(verdict),
            }),
          );
        },
      };
    },
    activeSpanId: () => '',
    bug(error) {
      if (bugLogged) return;
      bugLogged = true;
      log('weir: an error in the instrumentation was kept from the page', error);
    },
    flush: () => outbox.flush(),
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
