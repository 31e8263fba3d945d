import type { ReactElement } from 'react';

const width = 120;
const height = 28;
const inset = 2;

function pathOf(values: readonly (number | null)[], max: number): string {
  const step = (width - 2 * inset) / Math.max(1, values.length - 1);
  let path = '';
  let open = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      open = false;
      continue;
    }
    const x = inset + index * step;
    const y = height - inset - (value / max) * (height - 2 * inset);
    path += `${open ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    open = true;
  }
  return path;
}

/** The course of a figure at a glance, from zero; the period before as a thin ghost. Decoration: the figure says it. */
export function Sparkline({
  values,
  before,
  colour,
}: {
  readonly values: readonly (number | null)[];
  readonly before?: readonly (number | null)[] | undefined;
  readonly colour: string;
}): ReactElement {
  const known = [...values, ...(before ?? [])].filter((value) => value !== null);
  const max = Math.max(...known, Number.MIN_VALUE);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-7 w-full overflow-visible"
    >
      {before !== undefined && (
        <path
          d={pathOf(before, max)}
          fill="none"
          stroke="var(--ghost)"
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      )}
      <path
        d={pathOf(values, max)}
        fill="none"
        stroke={colour}
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
