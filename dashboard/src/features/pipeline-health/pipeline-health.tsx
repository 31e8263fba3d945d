import type { Pipeline } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { FigureStrip } from '../../components/figure-strip.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { Snippet } from '../../components/snippet.tsx';
import { useNow } from '../../components/time-text.tsx';
import { usePipeline } from '../../lib/api/queries.ts';
import {
  formatCount,
  formatExactCount,
  formatRate,
  formatSeconds,
  unknownMark,
} from '../../lib/format/numbers.ts';
import { formatAgo, formatTime } from '../../lib/format/times.ts';
import { instrumentationSnippets } from '../../lib/instrumentation-snippets.ts';
import { useZone } from '../../lib/preferences.ts';
import { ForwardingPanel } from './forwarding-panel.tsx';
import { KeyVolumesPanel } from './key-volumes-panel.tsx';
import { pipelineReason } from './pipeline-reasons.ts';
import { describePipeline } from './pipeline-sentence.ts';
import { RetentionPanel } from './retention-panel.tsx';
import { SpoolPanel } from './spool-panel.tsx';

interface Count {
  readonly reason: string;
  readonly count: number;
}

function CountPanel({
  title,
  hint,
  counts,
  nothing,
  total,
}: {
  readonly title: string;
  readonly hint: string;
  readonly counts: readonly Count[];
  readonly nothing: string;
  /** What the counts are a part of, when they are. */
  readonly total?: number;
}): ReactElement {
  const sorted = counts.toSorted((a, b) => b.count - a.count);
  const largest = Math.max(1, ...sorted.map(({ count }) => count));
  const table = { columns: ['Reason', 'Count'], rows: sorted.map(({ reason, count }) => [reason, count]) };
  return (
    <Panel title={title} hint={hint} table={table}>
      {sorted.length === 0 ? (
        <p className="py-3 text-ink-3">{nothing}</p>
      ) : (
        <ul className="space-y-2 pt-1">
          {sorted.map(({ reason, count }) => (
            <li key={reason} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1">
              <span className="min-w-0">
                {pipelineReason(reason).name}
                <span className="block text-xs text-ink-3">{pipelineReason(reason).meaning}</span>
              </span>
              <span className="text-right font-medium" title={formatExactCount(count)}>
                {formatCount(count)}
                {total !== undefined && total > 0 && (
                  <span className="ml-2 font-normal text-ink-3">{formatRate(count / total)}</span>
                )}
              </span>
              <span className="col-span-2 h-1 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
                <span
                  className="block h-full bg-completed"
                  style={{ width: `${(count / largest) * 100}%` }}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Figures({ pipeline }: { readonly pipeline: Pipeline }): ReactElement {
  const zone = useZone();
  const now = useNow();
  const { lastSpanAt, lostSpans, duplicateSpans, startedAt } = pipeline;
  const ago = (at: string): string => formatAgo(Date.parse(at), Math.max(now, Date.parse(at)));
  return (
    <FigureStrip
      figures={[
        {
          name: 'Accepted spans',
          value: formatCount(pipeline.acceptedSpans),
          title: formatExactCount(pipeline.acceptedSpans),
          note:
            lostSpans > 0
              ? `${formatCount(lostSpans)} more were lost before they could be sent`
              : duplicateSpans > 0
                ? `${formatCount(duplicateSpans)} sent again, counted once`
                : `since the start ${ago(startedAt)}`,
          tone: lostSpans === 0 ? 'plain' : 'bad',
        },
        {
          name: 'Ingest lag',
          value: formatSeconds(pipeline.ingestLagSeconds),
          note: 'median from end of stream to receipt, 5 min',
        },
        {
          name: 'Last span',
          value: lastSpanAt === null ? unknownMark : ago(lastSpanAt),
          note:
            lastSpanAt === null ? 'none since the start' : formatTime(Date.parse(lastSpanAt), 'exact', zone),
        },
        {
          name: 'ClickHouse',
          value: pipeline.clickhouse,
          note: `collector ${pipeline.status}`,
          tone: pipeline.clickhouse === 'ready' ? 'plain' : 'bad',
        },
      ]}
    />
  );
}

function overflowHint(overflowing: Pipeline['overflowingDimensions']): string {
  if (overflowing.length === 0) return 'of stored streams';
  const most = overflowing.toSorted((a, b) => b.values - a.values).slice(0, 3);
  return `too many values: ${most.map(({ dimension }) => dimension).join(', ')}`;
}

function Page({ pipeline }: { readonly pipeline: Pipeline }): ReactElement {
  const otlp = instrumentationSnippets(pipeline.endpoint);
  const received = pipeline.acceptedSpans + pipeline.rejectedSpans.reduce((sum, { spans }) => sum + spans, 0);
  return (
    <div className="space-y-4">
      <Figures pipeline={pipeline} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-3">
        <CountPanel
          title="Rejected spans"
          hint="told to the sender"
          counts={pipeline.rejectedSpans.map(({ reason, spans }) => ({ reason, count: spans }))}
          nothing="No span was rejected."
          total={received}
        />
        <CountPanel
          title="Skipped spans"
          hint="accepted, not streams"
          counts={pipeline.skippedSpans.map(({ reason, spans }) => ({ reason, count: spans }))}
          nothing="Every accepted span was a stream."
          total={received}
        />
        <CountPanel
          title="Refused requests"
          hint="before any span was read"
          counts={pipeline.refusedRequests.map(({ reason, requests }) => ({ reason, count: requests }))}
          nothing="No request was refused."
        />
        <CountPanel
          title="Altered values"
          hint={overflowHint(pipeline.overflowingDimensions)}
          counts={pipeline.alteredValues.map(({ kind, values }) => ({ reason: kind, count: values }))}
          nothing="Every value was stored as it came."
        />
        <KeyVolumesPanel keys={pipeline.keys} />
        <SpoolPanel spool={pipeline.spool} />
        {pipeline.retention !== undefined && <RetentionPanel state={pipeline.retention} />}
        {pipeline.forwarding !== undefined && <ForwardingPanel endpoints={pipeline.forwarding} />}
      </div>
      <Panel title="Send streams here" hint={pipeline.endpoint}>
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
          {otlp.map(({ key, title, note, code }) => (
            <div key={key} className="min-w-0">
              <h3 className="text-sm font-medium">{title}</h3>
              <p className="mb-2 text-sm text-ink-3">{note}</p>
              <Snippet code={code} label={title} />
            </div>
          ))}
        </div>
      </Panel>
    </div>
  );
}

/** Whether Weir itself is well: what comes in, what is turned away and why, and where to send streams. */
export function PipelineHealth(): ReactElement {
  const pipeline = usePipeline();
  const now = useNow();
  return (
    <div className="space-y-4">
      <h1 className="min-h-14 max-w-[60rem] py-1 text-lg text-ink-2 sm:text-xl">
        {pipeline.data === undefined
          ? pipeline.error === null && <span className="skeleton block h-7 w-96" />
          : describePipeline(pipeline.data, now)}
      </h1>
      <QueryBody query={pipeline} skeleton={<div className="skeleton h-96" />}>
        {(data) => <Page pipeline={data} />}
      </QueryBody>
    </div>
  );
}
