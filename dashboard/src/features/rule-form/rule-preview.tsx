import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RulePreview as Preview, RuleInput } from '@weir/schemas/api';
import { type ReactElement, useMemo, useState } from 'react';
import type { DrawnSeries } from '../../components/chart/chart-props.ts';
import { LazyTimeChart } from '../../components/chart/lazy-time-chart.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useApi } from '../../lib/api/api-context.ts';
import { chartTable } from '../../lib/charts/chart-table.ts';
import type { ChartRow } from '../../lib/charts/series.ts';
import { formatRate, formatSpan } from '../../lib/format/numbers.ts';
import { formatTime } from '../../lib/format/times.ts';
import { useZone } from '../../lib/preferences.ts';
import { rangePresets } from '../../lib/scope/range.ts';
import { describePreview } from './preview-sentence.ts';

const spans = [
  { value: '6h', label: '6 h' },
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
] as const;

/** The newest of what it would have fired; the chart shows all. */
const shownIncidents = 5;

type Span = (typeof spans)[number]['value'];

const series: readonly DrawnSeries[] = [
  { key: 'failureRate', label: 'Failure rate', colour: 'var(--failed)', kind: 'area', width: 1.5 },
];

/** @returns the points of a preview as chart rows; where the rule does not judge there is a gap. */
export function previewRows({ points, stepSeconds }: Preview): readonly ChartRow[] {
  const stepMs = stepSeconds * 1000;
  return points.map(({ at, failureRate, streams, status }) => {
    const timeMs = Date.parse(at);
    return {
      timeMs,
      startMs: timeMs - stepMs / 2,
      endMs: timeMs + stepMs / 2,
      complete: true,
      values: { failureRate: status === 'no_data' ? null : failureRate },
      volume: streams,
    };
  });
}

function usePreview(input: RuleInput | undefined, span: Span) {
  const { client } = useApi();
  // Name and channels change nothing about when a rule fires.
  const asked = input === undefined ? undefined : { ...input, name: 'preview', enabled: true, channels: [] };
  return useQuery({
    queryKey: ['rule-preview', asked, span],
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      if (asked === undefined) throw new Error('a preview needs a valid rule');
      const toMs = Date.now();
      return client.previewRule(asked, { fromMs: toMs - rangePresets[span].seconds * 1000, toMs }, signal);
    },
  });
}

function Chart({
  preview,
  threshold,
}: {
  readonly preview: Preview;
  readonly threshold: number;
}): ReactElement {
  const zone = useZone();
  const rows = useMemo(() => previewRows(preview), [preview]);
  const bands = preview.incidents.map(({ firedAt, resolvedAt }) => ({
    fromMs: Date.parse(firedAt),
    toMs: resolvedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(resolvedAt),
  }));
  return (
    <>
      <p className="mb-2 text-md text-pretty text-ink" aria-live="polite">
        {describePreview(preview)}
      </p>
      <LazyTimeChart
        label="Failure rate as the rule would have seen it"
        height={220}
        rows={rows}
        series={series}
        format={formatRate}
        floor={0.01}
        bands={bands}
        threshold={{ value: threshold, label: `${formatRate(threshold)}` }}
        showVolume
      />
      {preview.incidents.length > 0 && (
        <ul className="mt-3 divide-y divide-line border-t border-line text-sm">
          {preview.incidents
            .slice(-shownIncidents)
            .toReversed()
            .map(({ firedAt, resolvedAt, peakFailureRate }) => (
              <li key={firedAt} className="flex gap-3 py-1.5">
                <span className="w-28 shrink-0 text-ink-2">
                  {formatTime(Date.parse(firedAt), 'dayClock', zone)}
                </span>
                <span className="flex-1 text-ink-3">
                  {resolvedAt === null
                    ? 'still firing'
                    : `for ${formatSpan((Date.parse(resolvedAt) - Date.parse(firedAt)) / 1000)}`}
                </span>
                <span className="font-medium text-failed-text">
                  {formatRate(peakFailureRate)} at its peak
                </span>
              </li>
            ))}
          {preview.incidents.length > shownIncidents && (
            <li className="py-1.5 text-ink-3">and {preview.incidents.length - shownIncidents} before</li>
          )}
        </ul>
      )}
    </>
  );
}

/** What the rule in the form would have done on past data. */
export function RulePreview({ input }: { readonly input: RuleInput | undefined }): ReactElement {
  const [span, setSpan] = useState<Span>('24h');
  const preview = usePreview(input, span);
  return (
    <Panel
      title="On your past data"
      chart
      controls={<Segmented label="How far back" options={spans} value={span} onChange={setSpan} />}
      table={preview.data === undefined ? undefined : chartTable(previewRows(preview.data), series)}
    >
      {input === undefined && preview.data === undefined ? (
        <p className="grid h-60 place-items-center text-center text-ink-3">
          Complete the rule to see what it would have done.
        </p>
      ) : (
        <QueryBody query={preview} skeleton={<div className="skeleton h-70" />}>
          {(data) => <Chart preview={data} threshold={input?.threshold ?? 0} />}
        </QueryBody>
      )}
    </Panel>
  );
}
