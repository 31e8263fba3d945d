import type { StreamAnswer } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { useStream } from '../../lib/api/queries.ts';
import { copyText, downloadFile } from '../../lib/clipboard.ts';
import {
  isKnownOutcome,
  outcomeMeanings,
  outcomeNames,
  reasonMeaning,
  reasonName,
  valueName,
} from '../../lib/format/names.ts';
import { formatTime } from '../../lib/format/times.ts';
import { useZone } from '../../lib/preferences.ts';
import { AdvicePanel, hasAdvice, SimilarPanel } from './advice-panel.tsx';
import { ChainPanel } from './chain-panel.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { StreamTimeline } from './stream-timeline.tsx';
import { verdictOf } from './verdict.ts';

function Verdict({ answer }: { readonly answer: StreamAnswer }): ReactElement {
  const { stream } = answer;
  const zone = useZone();
  const verdict = verdictOf(stream);
  const outcome = isKnownOutcome(stream.outcome) ? stream.outcome : 'unknown';
  const tags = [
    stream.model,
    stream.provider,
    `attachment ${valueName('attachment', stream.attachmentClass)}`,
    `network ${stream.networkType}`,
    stream.service,
    stream.vantage,
  ];
  return (
    <header className="py-1">
      <p className="mb-2 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-ink-2">
        <span className="flex items-center gap-1.5 font-medium text-ink" title={outcomeMeanings[outcome]}>
          <OutcomeMark outcome={stream.outcome} />
          {outcomeNames[outcome]}
        </span>
        {stream.reason !== stream.outcome && (
          <span title={reasonMeaning(stream.reason)}>{reasonName(stream.reason)}</span>
        )}
        <span className="text-ink-3">{formatTime(Date.parse(stream.endedAt), 'exact', zone)}</span>
      </p>
      <h1 className="max-w-[60rem] text-lg font-semibold tracking-tight text-pretty sm:text-xl">
        {verdict.headline}
      </h1>
      {verdict.details.length > 0 && (
        <p className="mt-1 max-w-[60rem] text-md text-pretty text-ink-2">{verdict.details.join(' ')}</p>
      )}
      <ul className="mt-3 flex flex-wrap gap-1.5" aria-label="What it was">
        {tags
          .filter((tag) => !tag.endsWith('unknown'))
          .map((tag) => (
            <li key={tag} className="rounded-sm bg-sunken px-1.5 py-px text-xs text-ink-2">
              {tag}
            </li>
          ))}
      </ul>
    </header>
  );
}

function Evidence({ answer }: { readonly answer: StreamAnswer }): ReactElement {
  const { traceId, spanId } = answer.stream;
  return (
    <div className="flex flex-wrap gap-1.5">
      <Button onClick={() => void copyText(location.href)}>
        <Icon name="link" />
        Copy link
      </Button>
      <Button
        onClick={() =>
          downloadFile(
            `weir-stream-${traceId.slice(0, 8)}-${spanId}.json`,
            'application/json',
            JSON.stringify(answer, null, 2),
          )
        }
      >
        <Icon name="download" />
        JSON
      </Button>
    </div>
  );
}

function Page({ answer }: { readonly answer: StreamAnswer }): ReactElement {
  const { stream, attempts, hops } = answer;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-96">
          <Verdict answer={answer} />
        </div>
        <Evidence answer={answer} />
      </div>
      <StreamTimeline stream={stream} />
      <div
        className={`grid grid-cols-1 items-start gap-4 ${hasAdvice(stream.reason) ? 'lg:grid-cols-2' : ''}`}
      >
        <AdvicePanel reason={stream.reason} />
        <div className="space-y-4">
          <SimilarPanel answer={answer} />
          {attempts.length > 1 && (
            <ChainPanel
              title="Attempts"
              hint="of the same request"
              streams={attempts}
              currentSpanId={stream.spanId}
              nameOf={(attempt, index) => `attempt ${attempt.attempt ?? index + 1}`}
            />
          )}
          {hops.length > 0 && (
            <ChainPanel
              title="Hops"
              hint="the same answer, seen from elsewhere"
              streams={hops}
              currentSpanId={stream.spanId}
              nameOf={(hop) => hop.vantage}
            />
          )}
        </div>
      </div>
      <FactsPanel stream={stream} />
    </div>
  );
}

function DetailSkeleton(): ReactElement {
  return (
    <div className="space-y-4">
      <div className="skeleton h-5 w-60" />
      <div className="skeleton h-8 w-[min(44rem,90%)]" />
      <div className="skeleton h-64" />
      <div className="skeleton h-40" />
    </div>
  );
}

/** One stream in full. */
export function StreamDetail({
  traceId,
  spanId,
}: {
  readonly traceId: string;
  readonly spanId: string;
}): ReactElement {
  const query = useStream(traceId, spanId);
  return (
    <QueryBody query={query} skeleton={<DetailSkeleton />}>
      {(answer) => <Page answer={answer} />}
    </QueryBody>
  );
}
