import type { Pipeline } from '@weir/schemas/api';
import type { ReactElement, ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../../lib/format/numbers.ts';

/** Fuller than this it will soon refuse. */
const nearlyFull = 0.8;

function Fact({
  name,
  isBad = false,
  children,
}: {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-ink-2">{name}</dt>
      <dd className={`text-right font-medium ${isBad ? 'text-failed-text' : ''}`}>{children}</dd>
    </div>
  );
}

/** What is acknowledged and not yet in ClickHouse, and how much more of it there is room for. */
export function SpoolPanel({ spool }: { readonly spool: Pipeline['spool'] }): ReactElement {
  const { segments, bytes, maxBytes, oldestSeconds, setAside, isFailing } = spool;
  const share = Math.min(1, bytes / maxBytes);
  const table = {
    columns: ['Segments', 'Bytes', 'Most bytes', 'Oldest, seconds', 'Set aside'],
    rows: [[segments, bytes, maxBytes, oldestSeconds, setAside]],
  };
  return (
    <Panel title="Spool" hint="on disk, on its way into ClickHouse" table={table}>
      <div className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <span
          className={`block h-full ${share > nearlyFull ? 'bg-failed' : 'bg-completed'}`}
          style={{ width: `${share * 100}%` }}
        />
      </div>
      <dl className="mt-3 space-y-1.5">
        <Fact name="Waiting" isBad={share > nearlyFull}>
          {formatBytes(bytes)} of {formatBytes(maxBytes)} ({formatRate(share)})
        </Fact>
        <Fact name="Segments">{formatCount(segments)}</Fact>
        <Fact name="Oldest waits for">
          {oldestSeconds === null ? 'nothing waits' : formatSeconds(oldestSeconds)}
        </Fact>
        <Fact name="Set aside" isBad={setAside > 0}>
          {formatCount(setAside)}
        </Fact>
      </dl>
      {isFailing && (
        <p className="mt-3 text-sm text-failed-text">
          The disk cannot be written to, so requests are refused; senders try again by themselves. Make room
          or repair it: the collector goes on by itself.
        </p>
      )}
      {setAside > 0 && (
        <p className="mt-3 text-sm text-failed-text">
          Files that ClickHouse refused or that are damaged are kept in the folder `set-aside` of the spool.
          The log names each and says why.
        </p>
      )}
    </Panel>
  );
}
