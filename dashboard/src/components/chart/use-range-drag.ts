import { type PointerEvent, useState } from 'react';
import type { ChartRow } from '../../lib/charts/series.ts';

/** A pointer that moves less than this is a click, px. */
const dragThreshold = 5;

interface RangeDragOptions {
  /** Where the plot begins within the chart's container, and how wide it is, px. */
  readonly left: number;
  readonly width: number;
  readonly rows: readonly ChartRow[];
  /** Without it nothing can be selected. */
  readonly onSelect: ((fromMs: number, toMs: number) => void) | undefined;
}

interface RangeDrag {
  /** For `onPointerDown` of the chart's container. */
  readonly begin: (event: PointerEvent<HTMLElement>) => void;
  /** The stretch that is being pulled out, px within the container. */
  readonly selection: { readonly left: number; readonly width: number } | undefined;
}

/** @returns the whole buckets between two positions of the plot (0 to 1), in either order. */
export function bucketsBetween(
  rows: readonly ChartRow[],
  a: number,
  b: number,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const indexOf = (share: number): number =>
    Math.min(rows.length - 1, Math.max(0, Math.floor(share * rows.length)));
  const first = rows[indexOf(Math.min(a, b))];
  const last = rows[indexOf(Math.max(a, b))];
  return first === undefined || last === undefined ? undefined : { fromMs: first.startMs, toMs: last.endMs };
}

/**
 * Lets the mouse pull a range out of a chart; it snaps to whole buckets, Escape cancels. Touch scrolls instead, and
 * the time menu does the same by keyboard.
 */
export function useRangeDrag({ left, width, rows, onSelect }: RangeDragOptions): RangeDrag {
  const [drag, setDrag] = useState<{ readonly startX: number; readonly endX: number }>();

  const begin = (event: PointerEvent<HTMLElement>): void => {
    if (onSelect === undefined || event.pointerType !== 'mouse' || event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const positionOf = (at: { readonly clientX: number }): number =>
      Math.min(width, Math.max(0, at.clientX - box.left - left));
    const startX = positionOf(event);
    const move = (moved: globalThis.PointerEvent): void => setDrag({ startX, endX: positionOf(moved) });
    const end = (): void => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', finish);
      removeEventListener('keydown', cancel);
      setDrag(undefined);
    };
    const finish = (released: globalThis.PointerEvent): void => {
      end();
      const endX = positionOf(released);
      if (Math.abs(endX - startX) < dragThreshold) return;
      const selected = bucketsBetween(rows, startX / width, endX / width);
      if (selected !== undefined) onSelect(selected.fromMs, selected.toMs);
    };
    const cancel = (pressed: KeyboardEvent): void => {
      if (pressed.key === 'Escape') end();
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', finish);
    addEventListener('keydown', cancel);
  };

  const moved = drag !== undefined && Math.abs(drag.endX - drag.startX) >= dragThreshold;
  return {
    begin,
    selection: moved
      ? { left: left + Math.min(drag.startX, drag.endX), width: Math.abs(drag.endX - drag.startX) }
      : undefined,
  };
}
