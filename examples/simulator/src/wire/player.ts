import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Step } from './step.ts';

/** Who ended the exchange, seen from the simulator. `gave_up`: it hung for longer than its patience, then closed. */
export type ExchangeEnd = 'ended' | 'closed' | 'reset' | 'gave_up' | 'client_closed';

export interface PlayerOptions {
  readonly clock: Clock;
  /** Factor on every wait. */
  readonly timeScale: number;
  /** Real milliseconds between the last byte and a violent end, so that the reader has taken the bytes before it. */
  readonly settleMs: number;
  /** Longest silence of a `hang`, in real milliseconds. */
  readonly patienceMs: number;
  readonly onStep: (step: Step) => void;
}

/** Performs `steps` on one response and tells how the exchange ended. Stops as soon as the client has left. */
export async function play(
  steps: Iterable<Step>,
  response: ServerResponse,
  socket: Socket,
  options: PlayerOptions,
): Promise<ExchangeEnd> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once('close', leave);
  if (socket.destroyed) leave();
  try {
    for (const step of steps) {
      if (gone.signal.aborted) return 'client_closed';
      options.onStep(step);
      const end = await perform(step, response, socket, gone.signal, options);
      if (end !== 'continue') return end;
    }
    return gone.signal.aborted ? 'client_closed' : await endCleanly(response, gone.signal);
  } finally {
    response.off('close', leave);
  }
}

async function perform(
  step: Step,
  response: ServerResponse,
  socket: Socket,
  gone: AbortSignal,
  options: PlayerOptions,
): Promise<ExchangeEnd | 'continue'> {
  switch (step.do) {
    case 'wait':
      await options.clock.sleep(step.ms * options.timeScale, gone);
      return 'continue';
    case 'respond':
      response.writeHead(step.status, step.headers);
      response.flushHeaders();
      return 'continue';
    case 'write':
      if (!response.write(step.bytes)) await drained(response, gone);
      return 'continue';
    case 'write_raw':
      socket.write(step.bytes);
      return 'continue';
    case 'end':
      return endCleanly(response, gone);
    case 'close':
      await settle(socket, gone, options);
      if (gone.aborted) return 'client_closed';
      socket.destroySoon();
      return 'closed';
    case 'reset':
      await settle(socket, gone, options);
      if (gone.aborted) return 'client_closed';
      socket.resetAndDestroy();
      return 'reset';
    case 'hang':
      await options.clock.sleep(options.patienceMs, gone);
      if (gone.aborted) return 'client_closed';
      socket.destroySoon();
      return 'gave_up';
  }
}

function endCleanly(response: ServerResponse, gone: AbortSignal): Promise<ExchangeEnd> {
  return new Promise((resolve) => {
    response.end(() => resolve('ended'));
    gone.addEventListener('abort', () => resolve(response.writableFinished ? 'ended' : 'client_closed'), {
      once: true,
    });
  });
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    response.once('drain', done);
    gone.addEventListener('abort', done, { once: true });
    function done() {
      response.off('drain', done);
      gone.removeEventListener('abort', done);
      resolve();
    }
  });
}

// A reset makes the kernel drop what is still queued, and readers drop what they have queued when the error arrives
// in the same turn of their event loop. The pause makes "the bytes before the fault were delivered" true.
async function settle(socket: Socket, gone: AbortSignal, options: PlayerOptions): Promise<void> {
  while (socket.writableLength > 0 && !gone.aborted) await options.clock.sleep(1, gone);
  await options.clock.sleep(options.settleMs, gone);
}
