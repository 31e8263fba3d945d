import { Link } from '@tanstack/react-router';
import type { StreamRow } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { Panel } from '../../components/panel.tsx';
import { reasonName } from '../../lib/format/names.ts';
import { formatSeconds } from '../../lib/format/numbers.ts';

interface ChainPanelProps {
  readonly title: string;
  readonly hint: string;
  readonly streams: readonly StreamRow[];
  /** The one whose page this is. */
  readonly currentSpanId: string;
  readonly nameOf: (stream: StreamRow, index: number) => string;
}

/** Streams that belong together: the attempts of one request, or one answer seen from several places. */
export function ChainPanel({ title, hint, streams, currentSpanId, nameOf }: ChainPanelProps): ReactElement {
  const longest = Math.max(...streams.map(({ durationSeconds }) => durationSeconds ?? 0), 0.001);
  return (
    <Panel title={title} hint={hint}>
      <ol className="space-y-0.5">
        {streams.map((stream, index) => {
          const current = stream.spanId === currentSpanId;
          return (
            <li key={stream.spanId}>
              <Link
                to="/streams/$traceId/$spanId"
                params={{ traceId: stream.traceId, spanId: stream.spanId }}
                aria-current={current ? 'true' : undefined}
                className={`-mx-2 grid grid-cols-[5.5rem_minmax(0,1fr)_4.5rem] items-center gap-x-3 gap-y-1 rounded-md px-2 py-1.5 ${current ? 'bg-sunken' : 'hover:bg-hover'}`}
              >
                <span className="truncate text-ink-3">{nameOf(stream, index)}</span>
                <span className="flex min-w-0 items-center gap-2">
                  <OutcomeMark outcome={stream.outcome} label />
                  <span className="truncate">{reasonName(stream.reason)}</span>
                  <span className="truncate text-ink-3">{stream.model}</span>
                </span>
                <span className="text-right text-ink-2">{formatSeconds(stream.durationSeconds)}</span>
                <span
                  className="col-start-2 h-1 rounded-full bg-accent/50"
                  style={{ width: `${Math.max(1, ((stream.durationSeconds ?? 0) / longest) * 100)}%` }}
                  aria-hidden="true"
                />
              </Link>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
