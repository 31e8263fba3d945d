import type { ChatCall, ChatClient, OpenAnswer } from './clients.ts';
import { withoutIds } from './simulated-call.ts';

/** What an application does with a stream, besides reading it. */
export type Behaviour =
  | 'reads all'
  | 'aborts before headers'
  | 'aborts before the first chunk'
  | 'aborts in the middle'
  | "cancels by the library's own handle"
  | 'aborts after the end'
  | 'breaks'
  | 'throws'
  | 'breaks at the end'
  | 'sets a timer'
  | "sets the library's timer";

/** What the application saw: everything it was given, and how that ended. */
export interface Seen {
  readonly events: string;
  readonly ended: 'normally' | unknown[];
}

/** Long enough for a slow machine to get as far as the simulator lets it, short enough to wait for. */
const timerMs = 600;
/** Past the events that open an answer, in every protocol. */
const actAfter = 6;

/** Opens one answer and behaves. Never rejects: a rejection is what the application saw. */
export async function behave(client: ChatClient, call: ChatCall, behaviour: Behaviour): Promise<Seen> {
  const abort = new AbortController();
  const events: string[] = [];
  try {
    const answer = await client.open({ ...call, ...signalFor(behaviour, abort) });
    if (behaviour === 'aborts before the first chunk') abortSoon(abort);
    for await (const event of answer.events) {
      events.push(textOf(event));
      if (events.length === actAfter) act(behaviour, abort, answer);
      if (wantsToBreak(behaviour, event, events.length)) break;
    }
    if (behaviour === 'aborts after the end') abort.abort();
    return { events: comparable(events), ended: 'normally' };
  } catch (error) {
    return { events: comparable(events), ended: describeError(error) };
  }
}

function textOf(event: unknown): string {
  if (event instanceof Uint8Array) return new TextDecoder().decode(event);
  return typeof event === 'string' ? event : `${JSON.stringify(event)}\n`;
}

function act(behaviour: Behaviour, abort: AbortController, answer: OpenAnswer): void {
  if (behaviour === 'throws') throw new RangeError('the application has a bug');
  if (behaviour === 'aborts in the middle') abortSoon(abort);
  if (behaviour === "cancels by the library's own handle") setTimeout(() => answer.cancel?.(), 50);
}

function wantsToBreak(behaviour: Behaviour, event: unknown, count: number): boolean {
  return behaviour === 'breaks' ? count === actAfter : behaviour === 'breaks at the end' && isLast(event);
}

/** Keep-alives come by the clock, so their number says nothing. */
function comparable(events: readonly string[]): string {
  return withoutIds(events.join('')).replaceAll(': keep-alive\n\n', '');
}

/** How far an application gets in this long depends on the machine. */
export function isCutByClock(behaviour: Behaviour): boolean {
  return behaviour !== 'reads all' && !behaviour.endsWith('the end');
}

function signalFor(behaviour: Behaviour, abort: AbortController): Pick<ChatCall, 'signal' | 'timeoutMs'> {
  switch (behaviour) {
    case 'sets a timer':
      return { signal: AbortSignal.timeout(timerMs) };
    case "sets the library's timer":
      return { timeoutMs: timerMs };
    case 'aborts before headers':
      abortSoon(abort);
      return { signal: abort.signal };
    case 'aborts before the first chunk':
    case 'aborts in the middle':
    case 'aborts after the end':
      return { signal: abort.signal };
    default:
      return {};
  }
}

/** In a task of its own, so that a read is waiting. */
function abortSoon(abort: AbortController): void {
  setTimeout(() => abort.abort(), 50);
}

function isLast(event: unknown): boolean {
  const text = textOf(event);
  return text.includes('"finish_reason":"stop"') || text.includes('"message_stop"');
}

/** An error as far as an application can tell two apart. */
export function describeError(error: unknown, depth = 0): unknown[] {
  if (!(error instanceof Error) || depth > 4) return [String(error)];
  const cause = error.cause === undefined ? [] : [describeError(error.cause, depth + 1)];
  const message = withoutIds(error.message);
  return [
    error.constructor.name,
    error.name,
    message,
    Reflect.get(error, 'code'),
    Reflect.get(error, 'status'),
    ...cause,
  ];
}
