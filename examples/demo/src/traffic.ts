import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, ask, type Providers } from './ask.ts';
import { population, type Question, question, type User } from './population.ts';
import { nextArrivalMs, seededRandom } from './random.ts';
import { type Incident, incidentAt, troubleFor } from './troubles.ts';

export interface TrafficOptions {
  readonly providers: Providers;
  readonly streamsPerSecond: number;
  readonly users: number;
  readonly seed: number;
  /** Quiet time before each incident, and how long it lasts. */
  readonly quietMs: number;
  readonly incidentMs: number;
  readonly signal: AbortSignal;
  readonly onIncident: (incident: Incident | undefined) => void;
  readonly onAnswer: (answer: Answer) => void;
}

/** More than the usual rate ever needs; beyond it, arrivals are skipped so that memory stays bounded. */
const MAX_OPEN_STREAMS = 2000;

/** Sends questions until the signal aborts; the questions that are under way then are left to the process's end. */
export async function runTraffic(options: TrafficOptions): Promise<void> {
  const random = seededRandom(options.seed);
  const users = population(random, options.users);
  const startedAt = performance.now();
  let current: Incident | undefined;
  let open = 0;

  while (!options.signal.aborted) {
    await sleep(nextArrivalMs(random, options.streamsPerSecond));
    const incident = incidentAt(performance.now() - startedAt, options.quietMs, options.incidentMs);
    if (incident !== current) options.onIncident(incident);
    current = incident;

    const asking = whoAsksWhat(random, users, incident);
    if (asking === undefined || open >= MAX_OPEN_STREAMS) continue;
    const { user, question: asked } = asking;
    open += 1;
    void ask(random, options.providers, user, asked, troubleFor(random, incident, user, asked)).then(
      (answer) => {
        open -= 1;
        options.onAnswer(answer);
      },
    );
  }
}

/** A few people ask most of the questions; during a surge, those it comes from. */
function whoAsksWhat(
  random: () => number,
  users: readonly User[],
  incident: Incident | undefined,
): { user: User; question: Question } | undefined {
  const surge = incident?.surge;
  const isSurge = surge !== undefined && random() < surge.share;
  const askers = isSurge ? users.filter(surge.from) : users;
  const user = askers[Math.floor(random() ** 2 * askers.length)];
  return user && { user, question: isSurge ? surge.asking : question(random) };
}
