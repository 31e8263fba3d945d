import { type ReactElement, useId, useMemo } from 'react';
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  type DotItemDotProps,
  Line,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useCrosshair } from '../../lib/charts/crosshair.ts';
import { niceScale } from '../../lib/charts/nice-scale.ts';
import {
  type ChartRow,
  chartDomain,
  isIsolated,
  largestStack,
  largestValue,
} from '../../lib/charts/series.ts';
import { timeTicks } from '../../lib/charts/time-ticks.ts';
import { withoutZeros } from '../../lib/format/numbers.ts';
import { useZone } from '../../lib/preferences.ts';
import { useElementWidth } from '../../lib/use-element-width.ts';
import type { DrawnSeries, TimeChartProps } from './chart-props.ts';
import { EndLabels } from './end-labels.tsx';
import { PointDot, stackedBar } from './shapes.tsx';
import { ChartReadout } from './tooltip.tsx';
import { useRangeDrag } from './use-range-drag.ts';

const axisWidth = 48;
const timeAxisHeight = 20;
/** Half the width of a time, which would be cut at the edge. */
const tickRoom = 18;
/** Room for the lower half of the zero. */
const noAxisHeight = 6;
const topMargin = 8;
const labelMargin = 46;

/** All charts of a page share one cursor. */
const syncId = 'page';

const tickStyle = { fontSize: 10.5, fill: 'var(--ink-3)' } as const;

function solidValue(row: ChartRow, key: string): number | null {
  return row.complete ? (row.values[key] ?? null) : null;
}

/** The values of incomplete buckets and the ones they join up with, for a dashed line of their own. */
function dashedRows(rows: readonly ChartRow[]): ReadonlySet<ChartRow> {
  const dashed = new Set<ChartRow>();
  for (const [index, row] of rows.entries()) {
    if (row.complete) continue;
    for (const joined of [rows[index - 1], row, rows[index + 1]])
      if (joined !== undefined) dashed.add(joined);
  }
  return dashed;
}

function lineOf(series: DrawnSeries, rows: readonly ChartRow[]): ReactElement {
  const { key, colour, label, width = 1.75, ghost = false } = series;
  return (
    <Line
      key={key}
      name={label}
      dataKey={(row: ChartRow) => (ghost ? (row.values[key] ?? null) : solidValue(row, key))}
      stroke={colour}
      strokeWidth={ghost ? 1 : width}
      type="linear"
      dot={(dot: DotItemDotProps) => (
        <PointDot
          key={`${key} ${dot.index}`}
          cx={dot.cx}
          cy={dot.cy}
          index={dot.index}
          rows={rows}
          series={series}
        />
      )}
      activeDot={false}
      isAnimationActive={false}
      connectNulls={false}
    />
  );
}

function dashOf(series: DrawnSeries, rows: readonly ChartRow[], dashed: ReadonlySet<ChartRow>): ReactElement {
  const { key, colour, width = 1.75 } = series;
  return (
    <Line
      key={`${key} incomplete`}
      dataKey={(row: ChartRow) => (dashed.has(row) ? (row.values[key] ?? null) : null)}
      stroke={colour}
      strokeWidth={width}
      strokeDasharray="3 3"
      type="linear"
      dot={({ cx, cy, index }: DotItemDotProps) =>
        rows[index]?.complete === false && isIsolated(rows, index, key) ? (
          <PointDot key={`${key} ${index}`} cx={cx} cy={cy} index={index} rows={rows} series={series} />
        ) : null
      }
      activeDot={false}
      isAnimationActive={false}
      legendType="none"
      tooltipType="none"
    />
  );
}

function barOf(series: DrawnSeries, barSize: number): ReactElement {
  return (
    <Bar
      key={series.key}
      name={series.label}
      dataKey={(row: ChartRow) => row.values[series.key] ?? null}
      fill={series.colour}
      barSize={barSize}
      {...(series.stack === undefined ? {} : { stackId: series.stack })}
      shape={stackedBar(series)}
      isAnimationActive={false}
    />
  );
}

function areaOf({ key, colour, label }: DrawnSeries): ReactElement {
  return (
    <Area
      key={`${key} area`}
      name={label}
      dataKey={(row: ChartRow) => row.values[key] ?? null}
      stroke="none"
      fill={colour}
      fillOpacity={0.09}
      type="linear"
      activeDot={false}
      isAnimationActive={false}
      tooltipType="none"
    />
  );
}

/** Bars fill their bucket but for a hairline. */
function barSizeOf(plotWidth: number, count: number): number {
  const slot = plotWidth / Math.max(1, count);
  return Math.max(1, slot > 4 ? Math.floor(slot) - 1 : slot);
}

function scaleMax(series: readonly DrawnSeries[], rows: readonly ChartRow[], threshold: number): number {
  const stacked = series.filter(({ stack }) => stack !== undefined).map(({ key }) => key);
  const single = series.filter(({ stack }) => stack === undefined).map(({ key }) => key);
  return Math.max(largestStack(rows, stacked), largestValue(rows, single), threshold);
}

/** Measures over time: lines, areas and stacked bars on one axis from zero. */
export default function TimeChart(props: TimeChartProps): ReactElement {
  const { label, height, rows, series, format, floor, ticks, bands = [], threshold, onSelectRange } = props;
  const { timeAxis = 'bottom', showVolume = false, labelRoom = false } = props;
  const id = useId();
  const zone = useZone();
  const crosshair = useCrosshair();
  const [container, width] = useElementWidth();
  const [fromMs, toMs] = chartDomain(rows);
  const labelled =
    labelRoom || threshold !== undefined || series.some(({ endLabel }) => endLabel !== undefined);
  const right = labelled ? labelMargin : 4;
  const plotWidth = Math.max(0, width - axisWidth - right);

  const scale = useMemo(
    () => niceScale(scaleMax(series, rows, threshold?.value ?? 0), floor, ticks),
    [series, rows, threshold, floor, ticks],
  );
  const timeLabels = useMemo(() => {
    const room = right < tickRoom ? ((tickRoom - right) / Math.max(1, plotWidth)) * (toMs - fromMs) : 0;
    return timeTicks(fromMs, toMs - room, Math.max(2, Math.floor(plotWidth / 64)), zone);
  }, [fromMs, toMs, plotWidth, zone, right]);
  const drag = useRangeDrag({ left: axisWidth, width: plotWidth, rows, onSelect: onSelectRange });
  const dashed = useMemo(() => dashedRows(rows), [rows]);
  const lines = series.filter(({ kind }) => kind !== 'bar');

  return (
    <div
      ref={container}
      onPointerDown={drag.begin}
      className={`relative min-w-0 select-none ${onSelectRange === undefined ? '' : '[&_.recharts-wrapper]:!cursor-crosshair'}`}
      style={{ height }}
      data-chart={label}
    >
      {width > 0 && rows.length > 0 && (
        <ComposedChart
          width={width}
          height={height}
          data={rows as ChartRow[]}
          margin={{ top: topMargin, right, bottom: 0, left: 0 }}
          syncId={syncId}
          syncMethod="value"
          title={label}
          onMouseMove={({ activeLabel }) =>
            crosshair.set(id, activeLabel === undefined ? undefined : Number(activeLabel))
          }
          onMouseLeave={() => crosshair.set(id, undefined)}
          accessibilityLayer
        >
          <CartesianGrid vertical={false} stroke="var(--grid)" />
          {bands.map((band) => (
            <ReferenceArea
              key={band.fromMs}
              x1={Math.max(fromMs, band.fromMs)}
              x2={Math.min(toMs, band.toMs)}
              fill="var(--band)"
              stroke="none"
              ifOverflow="hidden"
            />
          ))}
          <XAxis
            dataKey="timeMs"
            type="number"
            domain={[fromMs, toMs]}
            ticks={timeLabels.map(({ timeMs }) => timeMs)}
            tickFormatter={(timeMs: number) => timeLabels.find((tick) => tick.timeMs === timeMs)?.label ?? ''}
            interval={0}
            tick={timeAxis === 'none' ? false : tickStyle}
            tickLine={false}
            axisLine={{ stroke: 'var(--line-strong)' }}
            tickMargin={5}
            height={timeAxis === 'none' ? noAxisHeight : timeAxisHeight}
          />
          <YAxis
            width={axisWidth}
            domain={[0, scale.max]}
            ticks={[...scale.ticks]}
            tickFormatter={(value: number) => withoutZeros(value, format)}
            tick={tickStyle}
            tickLine={false}
            axisLine={false}
            tickMargin={4}
            interval={0}
          />
          {series
            .filter(({ kind }) => kind === 'bar')
            .map((bar) => barOf(bar, barSizeOf(plotWidth, rows.length)))}
          {series.filter(({ kind }) => kind === 'area').map(areaOf)}
          {lines.filter(({ ghost }) => ghost === true).map((line) => lineOf(line, rows))}
          {threshold !== undefined && (
            <ReferenceLine y={threshold.value} stroke="var(--failed)" strokeDasharray="4 3" />
          )}
          {lines.filter(({ ghost }) => ghost !== true).map((line) => lineOf(line, rows))}
          {lines.filter(({ ghost }) => ghost !== true).map((line) => dashOf(line, rows, dashed))}
          <EndLabels series={lines} rows={rows} threshold={threshold} />
          <Tooltip
            cursor={{ stroke: 'var(--crosshair)', strokeWidth: 1, fill: 'none' }}
            isAnimationActive={false}
            offset={14}
            wrapperStyle={{ zIndex: 20, outline: 'none' }}
            content={({ active, label: timeMs }) => (
              <ChartReadout
                owner={id}
                active={active}
                row={rows.find((row) => row.timeMs === timeMs)}
                series={series}
                format={format}
                showVolume={showVolume}
              />
            )}
          />
        </ComposedChart>
      )}
      {drag.selection !== undefined && (
        <div
          className="pointer-events-none absolute top-0 border-x border-accent bg-accent/10"
          style={{ ...drag.selection, bottom: timeAxis === 'none' ? noAxisHeight : timeAxisHeight }}
        />
      )}
    </div>
  );
}
