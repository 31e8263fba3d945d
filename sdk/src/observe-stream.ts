import type { Link } from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import { isClaimed } from './fetch/claimed-streams.ts';
import { ExchangeWatch } from './fetch/exchange-watch.ts';
import type { OpenStream } from './fetch/open-streams.ts';
import type { AttemptFacts, ObserveOptions } from './fetch/options.ts';
import { resolveSettings, type Settings } from './fetch/settings.ts';
import { watchBody } from './fetch/watched-body.ts';
import { isNodeReadable, watchReadable } from './fetch/watched-readable.ts';
import { shadow, watchIterator } from './fetch/watched-reader.ts';
import { hashUserId } from './identity.ts';
import { createItemReader, toldByError } from './observe/event-reader.ts';
import { networkErrorFacts } from './observe/network-error.ts';
import { type EndedObservation, Observation } from './observe/observation.ts';
import { stallThresholdsOf } from './observe/stall-thresholds.ts';
import type { Protocol } from './protocols/index.ts';
import { type ProtocolName, protocolGiven } from './protocols/named.ts';
import { attemptFacts, userFacts } from './told-facts.ts';
import { verdictFacts } from './verdict-facts.ts';

/** What is known of a stream that is observed without its HTTP exchange. Everything is optional. */
export interface StreamDescription
  extends Pick<
    ObserveOptions,
    | 'provider'
    | 'vantage'
    | 'network'
    | 'stallThreshold'
    | 'sample'
    | 'metrics'
    | 'tracerProvider'
    | 'meterProvider'
    | 'clock'
  > {
  readonly model?: string;
  /** `gen_ai.operation.name`. Default: `chat`. */
  readonly operation?: string;
  /** Wire format of the events or bytes, or its name. Default: found out from the first ones. */
  readonly protocol?: Protocol | ProtocolName;
  /** The signal that was passed to the call. Default: that of the stream's own `controller`, if it has one. */
  readonly signal?: AbortSignal;
  /** When the call was made, on `clock` (`performance.now()`). Default: now, which makes times to first … too short. */
  readonly calledAt?: number;
  readonly user?: string | { readonly hash: string };
  readonly session?: string;
  readonly conversation?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly request?: string | AttemptFacts;
  /** Anything else that is known, by its name in `@weir/schemas/attributes`. */
  readonly facts?: StreamFacts;
}

interface KnownStream extends Omit<StreamDescription, 'protocol'> {
  readonly protocol?: Protocol;
}

/** What can be observed: any async iterable, `ReadableStream` or `Readable` of Node, of bytes or of events that a library has parsed. */
export type ObservableStream = AsyncIterable<unknown> | ReadableStream<unknown>;

/**
 * Observes one stream that did not come through an observed `fetch`, and gives one OpenTelemetry span for it, whatever
 * way it ends.
 *
 * The stream is watched in place and returned: it is the same object, with the same `controller`, `tee()` and helpers,
 * and `return()` and `throw()` reach it as before. An object that cannot be changed (frozen) comes back as it is, and is
 * not observed; neither is one that is observed where it came from, by `node:http`.
 *
 * @throws {TypeError} on the name of a protocol that there is not; it lists those that there are.
 */
export function observeStream<S extends ObservableStream>(stream: S, description: StreamDescription = {}): S {
  if (isClaimed(stream)) return stream;
  const { protocol, ...described } = description;
  // A name that there is not is a mistake in the program, which is told at once.
  const known = protocol === undefined ? described : { ...described, protocol: protocolGiven(protocol) };
  const settings = resolveSettings(description);
  try {
    watchStream(stream, open(stream, known, settings));
  } catch (bug) {
    settings.telemetry.bug(bug);
  }
  return stream;
}

function open(
  stream: ObservableStream,
  description: KnownStream,
  settings: Settings,
): ExchangeWatch<unknown> {
  const { telemetry, openStreams, clock } = settings;
  const calledAtMs = description.calledAt ?? clock();
  const asked = askedFacts(description, settings);
  const span = telemetry.begin(asked, linksOf(description), clock() - calledAtMs);
  const observation = new Observation<unknown>({
    clock,
    calledAtMs,
    vantage: settings.vantage,
    stallThresholds: stallThresholdsOf(description.stallThreshold, description.model),
    loopLag: settings.loopLag,
    headersTimerSeconds: undefined,
    isOffline: settings.environment.isOffline,
    networkErrorFacts,
    onBug: telemetry.bug,
    onEnd: (ended) => {
      openStreams.delete(open);
      watch.release();
      span.end(ended, endedFacts(ended, description, settings), description.dimensions ?? {});
    },
  });
  const own = ownSignal(stream);
  const watch: ExchangeWatch<unknown> = new ExchangeWatch<unknown>({
    observation,
    signal: description.signal ?? own,
    libraryOwnsSignal: description.signal === undefined && own !== undefined,
    toldBy: toldByError,
  });
  const open: OpenStream = {
    end: (ending) => observation.end(ending),
    reportOpen(nextSeconds) {
      const soFar = observation.soFar();
      if (soFar === undefined) return;
      const facts = { ...environmentFacts(description, settings), ...soFar.facts };
      span.reportOpen?.(soFar, facts, description.dimensions ?? {}, nextSeconds);
    },
  };
  if (!openStreams.add(open)) telemetry.dropped('open_stream');
  observation.opened(createItemReader(description.protocol));
  return watch;
}

/** Shadows whatever the stream is read by. */
function watchStream(stream: ObservableStream, watch: ExchangeWatch<unknown>): void {
  if (stream instanceof ReadableStream) {
    watchBody(stream, watch);
  } else if (isNodeReadable(stream)) {
    watchReadable(stream, watch);
  } else if ('next' in stream && typeof stream.next === 'function') {
    watchIterator(stream as unknown as AsyncIterator<unknown>, watch);
  } else {
    watchIterable(stream, watch);
  }
}

/**
 * The streams of `openai` and `@anthropic-ai/sdk` make their iterators by `iterator()`, from which `tee()` and
 * `toReadableStream()` take theirs as well; of others only the iteration protocol is known.
 */
function watchIterable(stream: AsyncIterable<unknown>, watch: ExchangeWatch<unknown>): void {
  const name =
    'iterator' in stream && typeof stream.iterator === 'function' ? 'iterator' : Symbol.asyncIterator;
  const iterate: () => AsyncIterator<unknown> = Reflect.get(stream, name);
  shadow(stream, name, () => {
    const iterator = iterate.call(stream);
    return watch.ended ? iterator : watchIterator(iterator, watch);
  });
  watch.heldBy(stream);
}

function ownSignal(stream: ObservableStream): AbortSignal | undefined {
  const controller: unknown = Reflect.get(stream, 'controller');
  return controller instanceof AbortController ? controller.signal : undefined;
}

function askedFacts(description: KnownStream, { vantage }: Settings): StreamFacts {
  const { model, provider, protocol, session, conversation } = description;
  return {
    operation: description.operation ?? protocol?.operation ?? 'chat',
    requestStream: true,
    vantage,
    ...(protocol === undefined ? {} : { protocol: protocol.name }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(conversation === undefined ? {} : { conversationId: conversation }),
    ...userFacts(description.user, hashUserId),
    ...attemptFacts(description.request),
    ...description.facts,
  };
}

function linksOf({ request }: KnownStream): readonly Link[] | undefined {
  return typeof request === 'object' ? request.links : undefined;
}

function environmentFacts({ network }: KnownStream, { environment }: Settings): StreamFacts {
  return {
    ...environment.network(undefined),
    ...(typeof network === 'function' ? network() : network),
  };
}

function endedFacts(ended: EndedObservation, description: KnownStream, settings: Settings): StreamFacts {
  return {
    ...environmentFacts(description, settings),
    ...ended.facts,
    ...verdictFacts(ended.verdict, ended.facts.finishReasonsRaw),
  };
}
