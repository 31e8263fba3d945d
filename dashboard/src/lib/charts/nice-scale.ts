/** An axis from zero to a round number, with few ticks. */
export interface NiceScale {
  readonly max: number;
  readonly ticks: readonly number[];
}

const steps = [1, 2, 2.5, 5, 10];

/** @param max largest value shown. @param floor an axis never ends below this. @param count ticks above zero, about. */
export function niceScale(max: number, floor: number, count = 3): NiceScale {
  const top = Math.max(max, floor);
  const rough = top / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = (steps.find((candidate) => candidate * magnitude >= rough * 0.999) ?? 10) * magnitude;
  const end = Math.ceil((top * 0.999) / step);
  const ticks = Array.from({ length: end + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { max: ticks.at(-1) ?? top, ticks };
}
