import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until there is an answer. @throws when there is none in time */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 90_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(500);
  }
}
