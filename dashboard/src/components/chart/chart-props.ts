import type { TimeBand } from '../../lib/charts/bands.ts';
import type { ChartRow, ChartSeries } from '../../lib/charts/series.ts';

/** How a series is drawn. */
export interface DrawnSeries extends ChartSeries {
  readonly kind: 'line' | 'area' | 'bar';
  /** Bars with one stack name are piled up in the order of the series. */
  readonly stack?: string;
  readonly width?: number;
  /** A comparison: thin, without its own place in the legend's figures. */
  readonly ghost?: boolean;
  /** Written at the end of the line. */
  readonly endLabel?: string;
  readonly pattern?: 'hatched';
}

export interface TimeChartProps {
  /** What the chart shows, for screen readers. */
  readonly label: string;
  readonly height: number;
  readonly rows: readonly ChartRow[];
  readonly series: readonly DrawnSeries[];
  readonly format: (value: number) => string;
  /** The axis never ends below this, so that noise around zero stays small. */
  readonly floor: number;
  readonly ticks?: number;
  readonly bands?: readonly TimeBand[];
  readonly threshold?: { readonly value: number; readonly label: string };
  /** Without it no range can be selected. */
  readonly onSelectRange?: (fromMs: number, toMs: number) => void;
  /** `none` where another chart below carries the time axis. */
  readonly timeAxis?: 'bottom' | 'none';
  /** Keeps the room that labels take in the chart above, so that both share one time axis. */
  readonly labelRoom?: boolean;
  /** Whether the readout says how many streams are behind the values. */
  readonly showVolume?: boolean;
}
