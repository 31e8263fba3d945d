import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { admit, findProtocol } from './admission.ts';
import { createAttemptCounter } from './attempt-counter.ts';
import type { Clock } from './clock.ts';
import { definitionOf, existsIn, type FaultName } from './faults/catalogue.ts';
import type { Scene } from './faults/playback.ts';
import { type FaultRequest, type FaultSelection, WELL } from './faults/selection.ts';
import type { Json } from './json.ts';
import { refuse, sendJson } from './own-answers.ts';
import type { ChatRequest, FailureKind, Protocol, ProtocolName } from './protocols/protocol.ts';
import type { Random } from './random.ts';
import type { Recorder, WritableRequestLog } from './request-log.ts';
import type { RequestTarget } from './request-target.ts';
import { createScene } from './scene.ts';
import { type TimingOverrides, timingFor } from './timing.ts';
import { play } from './wire/player.ts';

/** What a program may look at to decide how a request goes. */
export interface RequestFacts {
  /** Counts from 1. */
  readonly ordinal: number;
  readonly protocol: ProtocolName;
  readonly model: string;
  readonly stream: boolean;
  readonly inputTokens: number;
  readonly headers: IncomingHttpHeaders;
  /** The request body as it came. */
  readonly body: Json;
  /** The simulator's seeded random. */
  readonly random: Random;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly timeScale: number;
  readonly settleMs: number;
  readonly patienceMs: number;
  readonly maxBodyBytes: number;
  readonly timing: TimingOverrides;
  readonly random: Random;
  readonly selectFault: (facts: RequestFacts) => FaultRequest | undefined;
  readonly requests: WritableRequestLog;
  /** The clock's reading that counts as zero in the log. */
  readonly startedAt: number;
}

type Handler = (request: IncomingMessage, response: ServerResponse, target: RequestTarget) => Promise<void>;

/** Answers `POST`s: finds the protocol, decides how the answer goes, plays it, and keeps the record. */
export function createExchangeHandler(options: ExchangeOptions): Handler {
  const attempts = createAttemptCounter();
  let ordinal = 0;

  return async (request, response, target) => {
    const receivedAtMs = options.clock.now() - options.startedAt;
    const found = findProtocol(target);
    if (found === undefined) {
      refuse(response, 404, `nothing is served at ${target.path}; GET / tells what is`);
      return;
    }
    const { protocol } = found;
    const admission = await admit(request, found, options.maxBodyBytes);
    if (admission.status === 'client_closed') return;
    if (admission.status === 'rejected') {
      reject(response, protocol, admission.kind, admission.problem, options);
      return;
    }
    ordinal += 1;
    const { random } = options;
    const arrival = { ordinal, protocol, request: admission.request, target };
    const facts = factsOf(arrival, request.headers, admission.body, random);
    const chosen = target.fault === undefined ? options.selectFault(facts) : undefined;
    const selection = attempts.apply(target.fault ?? { ...WELL, ...withoutUndefined(chosen ?? {}) });
    if (!existsIn(selection.fault, protocol.name)) {
      refuse(response, 400, `the fault ${selection.fault} does not exist in ${protocol.name}`);
      return;
    }
    const plan = planOf(arrival, selection, chosen?.timing, options);
    const recorder = startRecord(options.requests, plan, request, receivedAtMs);
    const steps = definitionOf(plan.fault).play(plan.scene);
    const by = await play(steps, response, request.socket, { ...options, onStep: recorder.onStep });
    recorder.finish(by);
  };
}

/** A request the provider accepts. */
interface Arrival {
  readonly ordinal: number;
  readonly protocol: Protocol;
  readonly request: ChatRequest;
  readonly target: RequestTarget;
}

/** An arrival with everything decided that the simulator decides. */
interface Plan extends Arrival {
  readonly fault: FaultName;
  readonly seed: number;
  readonly scene: Scene;
}

function planOf(
  arrival: Arrival,
  selection: FaultSelection,
  chosenTiming: TimingOverrides | undefined,
  options: ExchangeOptions,
): Plan {
  const fault = shownFault(selection.fault, arrival.request);
  const seed = selection.seed ?? arrival.request.seed ?? Math.floor(options.random() * 2 ** 32);
  const scene = createScene({
    ...arrival,
    definition: definitionOf(fault),
    selection,
    overrides: { ...options.timing, ...chosenTiming, ...arrival.target.timing },
    seed,
    epochMs: options.clock.epoch(),
  });
  return { ...arrival, fault, seed, scene };
}

/** A fault that only a stream can show leaves an answer without a stream well. */
function shownFault(fault: FaultName, request: ChatRequest): FaultName {
  return definitionOf(fault).streamOnly === true && !request.stream ? 'completed' : fault;
}

function factsOf(
  { ordinal, protocol, request }: Arrival,
  headers: IncomingHttpHeaders,
  body: Json,
  random: Random,
): RequestFacts {
  const { model, stream, inputTokens } = request;
  return { ordinal, protocol: protocol.name, model, stream, inputTokens, headers, body, random };
}

/** An explicit `undefined` in a program's choice means "the default", as a missing key does. */
function withoutUndefined(choice: FaultRequest): Partial<FaultSelection> {
  return Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
}

/** The provider's own answer to a request it cannot read. */
function reject(
  response: ServerResponse,
  protocol: Protocol,
  kind: FailureKind,
  problem: string,
  options: ExchangeOptions,
): void {
  const exchange = {
    ...protocol.newIds(options.random),
    model: '',
    createdAtMs: options.clock.epoch(),
    timing: timingFor('', options.timing, options.random),
    idRandom: options.random,
  };
  const failure = protocol.failure(kind, exchange, { retryAfterSeconds: 0, message: problem });
  for (const [name, value] of Object.entries(failure.headers)) response.setHeader(name, value);
  sendJson(response, failure.status, failure.body);
}

function startRecord(
  requests: WritableRequestLog,
  plan: Plan,
  request: IncomingMessage,
  receivedAtMs: number,
): Recorder {
  const { turn } = plan.scene;
  return requests.record({
    ordinal: plan.ordinal,
    method: request.method ?? '',
    path: plan.target.path,
    headers: request.headers,
    protocol: plan.protocol.name,
    model: plan.request.model,
    stream: plan.request.stream,
    fault: plan.fault,
    seed: plan.seed,
    requestId: turn.requestId,
    responseId: turn.responseId,
    finish: turn.answers[0]?.finish ?? 'stop',
    usage: turn.usage,
    receivedAtMs,
  });
}
