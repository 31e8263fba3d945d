import { Link } from '@tanstack/react-router';
import type { StreamRow as Stream } from '@weir/schemas/api';
import type { ReactElement, ReactNode } from 'react';
import { reasonMeaning, reasonName, valueName } from '../lib/format/names.ts';
import { formatCount, formatSeconds } from '../lib/format/numbers.ts';
import type { TableData } from '../lib/table-data.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { TimeAgo } from './time-text.tsx';

/** Height of a stream in a list, px: one line where there is room, a card of two lines where there is not. */
export const streamRowHeight = { line: 34, card: 78 } as const;

const grid =
  'lg:grid-cols-[5.25rem_minmax(9rem,1.25fr)_minmax(9rem,1.2fr)_minmax(4rem,0.7fr)_minmax(3.5rem,0.6fr)_4.25rem_4.75rem_4.5rem_3.5rem]';

const stageWords: Readonly<Record<string, string>> = {
  connect: 'while connecting',
  headers: 'before headers',
  first_chunk: 'before the first chunk',
  streaming: 'mid-stream',
};

/** Names of the columns, above a list of streams. Cards need none. */
export function StreamListHead(): ReactElement {
  const right = 'text-right';
  return (
    <div
      aria-hidden="true"
      className={`hidden h-8 items-center gap-x-3 border-b border-line px-4 text-xs text-ink-3 lg:grid ${grid}`}
    >
      <span>Ended</span>
      <span>How</span>
      <span>Model</span>
      <span>Attachment</span>
      <span>Network</span>
      <span className={right} title="Time to first token">
        1st token
      </span>
      <span className={right}>Duration</span>
      <span className={right} title="Longest gap between chunks">
        Max gap
      </span>
      <span className={right}>Chunks</span>
    </div>
  );
}

function Ending({ stream }: { readonly stream: Stream }): ReactElement {
  const failed = stream.outcome === 'failed' || stream.outcome === 'lost';
  return (
    <span className="flex min-w-0 items-center gap-2" title={reasonMeaning(stream.reason)}>
      <OutcomeMark outcome={stream.outcome} label />
      <span className={`truncate ${failed ? 'font-medium text-ink' : 'text-ink-2'}`}>
        {reasonName(stream.reason)}
      </span>
      {failed && (
        <span className="hidden truncate text-xs text-ink-3 xl:inline">{stageWords[stream.stage]}</span>
      )}
    </span>
  );
}

/** Names a cell for who cannot see the column above it. */
function Named({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <span className="sr-only">{name} </span>
      {children}
    </>
  );
}

/** One stream of a list; the whole row leads to its page. */
export function StreamRow({ stream }: { readonly stream: Stream }): ReactElement {
  const quiet = (value: string): string =>
    value === 'unknown' || value === 'none' ? 'text-ink-3' : 'text-ink-2';
  return (
    <Link
      to="/streams/$traceId/$spanId"
      params={{ traceId: stream.traceId, spanId: stream.spanId }}
      className={`grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-4 hover:bg-hover max-lg:h-[78px] max-lg:content-center max-lg:gap-y-0.5 lg:h-[34px] ${grid} focus-visible:-outline-offset-2`}
    >
      <span className="text-xs text-ink-3 max-lg:order-2 max-lg:text-right">
        <TimeAgo at={stream.endedAt} />
      </span>
      <span className="min-w-0 max-lg:order-1">
        <Ending stream={stream} />
      </span>
      <span className="flex min-w-0 gap-1.5 text-ink-2 max-lg:order-3">
        <span className="truncate">{stream.model}</span>
        {(stream.attempt ?? 1) > 1 && (
          <span
            className="shrink-0 rounded-sm bg-sunken px-1 text-2xs/4.5 text-ink-2"
            title="Number of the attempt of one request"
          >
            attempt {stream.attempt}
          </span>
        )}
      </span>
      <span className={`truncate max-lg:hidden ${quiet(stream.attachmentClass)}`}>
        {valueName('attachment', stream.attachmentClass)}
      </span>
      <span className={`truncate max-lg:hidden ${quiet(stream.networkType)}`}>{stream.networkType}</span>
      <span className="text-right max-lg:hidden">
        <Named name="first token">{formatSeconds(stream.ttftSeconds)}</Named>
      </span>
      <span className="text-right max-lg:order-4 max-lg:text-xs max-lg:text-ink-3">
        <Named name="duration">{formatSeconds(stream.durationSeconds)}</Named>
      </span>
      <span className="text-right max-lg:hidden">
        <Named name="longest gap">{formatSeconds(stream.maxGapSeconds)}</Named>
      </span>
      <span className="text-right text-ink-2 max-lg:hidden">
        <Named name="chunks">{formatCount(stream.chunks)}</Named>
      </span>
      <span className="order-5 col-span-2 truncate text-xs text-ink-3 lg:hidden">
        {stream.attachmentClass === 'none' ? 'no' : valueName('attachment', stream.attachmentClass)}{' '}
        attachment · {stream.networkType} · {formatCount(stream.chunks)} chunks · gap{' '}
        <Named name="longest gap">{formatSeconds(stream.maxGapSeconds)}</Named>
      </span>
    </Link>
  );
}

/** @returns streams as a table with the API's own names and units. */
export function streamTable(streams: readonly Stream[]): TableData {
  const columns = [
    'endedAt',
    'outcome',
    'reason',
    'stage',
    'initiator',
    'provider',
    'model',
    'attachmentClass',
    'networkType',
    'service',
    'ttftSeconds',
    'durationSeconds',
    'maxGapSeconds',
    'chunks',
    'attempt',
    'traceId',
    'spanId',
  ] as const;
  return { columns, rows: streams.map((stream) => columns.map((column) => stream[column])) };
}
