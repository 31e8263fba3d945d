export { type Random, seededRandom } from '@weir/simulator';

/** A source of numbers in [0, 1). */
type Source = () => number;

/** Draws from values with weights; the weights need not add up to anything in particular. */
export function weighted<T>(random: Source, choices: readonly (readonly [T, number])[]): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let point = random() * total;
  for (const [value, weight] of choices) {
    point -= weight;
    if (point < 0) return value;
  }
  const last = choices.at(-1);
  if (!last) throw new TypeError('nothing to choose from');
  return last[0];
}

/** Time to the next arrival of a Poisson process, ms. */
export function nextArrivalMs(random: Source, perSecond: number): number {
  return (-Math.log(1 - random()) / perSecond) * 1000;
}
