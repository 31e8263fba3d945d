import type { FaultRequest } from '@weir/simulator';
import type { Question, User } from './population.ts';
import { weighted } from './random.ts';

/** What the provider or the way to it does to one request: a fault of the simulator, or a user who leaves. */
export interface Trouble {
  /** What the simulator does; absent for a good answer. */
  readonly fault?: FaultRequest;
  /** The user leaves after this many chunks. */
  readonly leaveAfterChunks?: number;
  /** Goes through the proxy whose idle timeout cuts silent streams. */
  readonly viaProxy?: boolean;
}

/** Something that goes wrong for a while, for those it concerns. */
export interface Incident {
  readonly name: string;
  /** What a person should find. */
  readonly story: string;
  readonly concerns: (user: User, question: Question) => boolean;
  /** Share of the concerned requests that fail. */
  readonly share: number;
  readonly trouble: Trouble;
  /** More requests of the concerned kind than usual, as a share of all while it lasts. */
  readonly surge?: {
    readonly share: number;
    readonly from: (user: User) => boolean;
    readonly asking: Question;
  };
}

/** Seconds of silence that the demo's proxy allows. */
export const PROXY_IDLE_SECONDS = 60;

/** One after the other, with quiet in between. */
export const incidents: readonly [Incident, ...Incident[]] = [
  {
    name: 'pdf-behind-proxy',
    story: `a customer behind a proxy sends PDFs to claude-sonnet-5, and the proxy cuts after ${PROXY_IDLE_SECONDS} s of silence`,
    concerns: (user, question) =>
      user.network.proxy && question.attachment === 'pdf' && question.model === 'claude-sonnet-5',
    share: 1,
    trouble: {
      fault: { fault: 'idle_stall', after: 12, stallMs: (PROXY_IDLE_SECONDS + 30) * 1000 },
      viaProxy: true,
    },
    surge: {
      share: 0.15,
      from: (user) => user.network.proxy,
      asking: { client: 'anthropic', model: 'claude-sonnet-5', attachment: 'pdf' },
    },
  },
  {
    name: 'model-overloaded',
    story: 'gpt-4.1 is overloaded: errors in the middle of the stream',
    concerns: (_user, question) => question.model === 'gpt-4.1',
    share: 0.45,
    trouble: { fault: { fault: 'error_event', after: 20 } },
  },
  {
    name: 'carrier-resets',
    story: 'Vodafone resets long connections',
    concerns: (user) => user.network.carrier === 'Vodafone',
    share: 0.6,
    trouble: { fault: { fault: 'reset_between_frames', after: 30 } },
  },
  {
    name: 'images-truncated',
    story: 'Answers to images end without their end, on every model',
    concerns: (_user, question) => question.attachment === 'image',
    share: 0.5,
    trouble: { fault: { fault: 'eof_between_frames', after: 15 } },
  },
];

/** What happens on an ordinary day, as shares of all requests. About 2 % of streams fail. */
const background: readonly (readonly [Trouble, number])[] = [
  [{}, 930],
  [{ leaveAfterChunks: 25 }, 28],
  [{ fault: { fault: 'length' } }, 12],
  [{ fault: { fault: 'content_filter' } }, 3],
  [{ fault: { fault: 'refusal' } }, 3],
  [{ fault: { fault: 'reset_between_frames' } }, 4],
  [{ fault: { fault: 'eof_between_frames' } }, 3],
  [{ fault: { fault: 'error_event' } }, 3],
  [{ fault: { fault: 'http_429_rate_limit' } }, 4],
  [{ fault: { fault: 'http_500' } }, 2],
  [{ fault: { fault: 'http_overloaded' } }, 2],
  [{ fault: { fault: 'gateway_502' } }, 1],
  [{ fault: { fault: 'http_400_context_length' } }, 2],
  [{ fault: { fault: 'html_200' } }, 0.5],
  [{ fault: { fault: 'stall_then_continue', stallMs: 14_000 } }, 3],
];

/** @returns what happens to one request, given the incident of the moment, if there is one. */
export function troubleFor(
  random: () => number,
  incident: Incident | undefined,
  user: User,
  question: Question,
): Trouble {
  if (incident?.concerns(user, question) && random() < incident.share) return incident.trouble;
  return weighted(random, background);
}

/** Incidents come in turn: quiet for `quietMs`, then one for `lastsMs`, then quiet, then the next. */
export function incidentAt(elapsedMs: number, quietMs: number, lastsMs: number): Incident | undefined {
  const period = quietMs + lastsMs;
  const turn = Math.floor(elapsedMs / period);
  return elapsedMs % period < quietMs ? undefined : incidents[turn % incidents.length];
}
