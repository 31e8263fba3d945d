import { Link } from '@tanstack/react-router';
import type { Incident, Summary } from '@weir/schemas/api';
import { type ReactElement, useMemo } from 'react';
import { Icon } from '../../components/icon.tsx';
import { FailureNote } from '../../components/query-body.tsx';
import { TimeAgo } from '../../components/time-text.tsx';
import { useBreakdown, useIncidents, useSummary } from '../../lib/api/queries.ts';
import { useZone } from '../../lib/preferences.ts';
import { beforeWords, rangeWords } from '../../lib/scope/range-words.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { describeStreams, type Sentence, type SentencePart } from './sentence.ts';

const stressClass = {
  figure: 'font-semibold text-ink',
  bad: 'font-semibold text-failed-text',
  good: 'font-semibold text-good-text',
} as const;

function Part({
  part,
  onFilter,
}: {
  readonly part: SentencePart;
  readonly onFilter: () => void;
}): ReactElement {
  if (part.filter !== undefined) {
    return (
      <button
        type="button"
        onClick={onFilter}
        title={`Show only ${part.filter.dimension} ${part.filter.value}`}
        className="rounded-sm font-semibold text-ink underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-accent"
      >
        {part.text}
      </button>
    );
  }
  return <span className={part.stress === undefined ? '' : stressClass[part.stress]}>{part.text}</span>;
}

function useSentence(summary: Summary | undefined): Sentence | undefined {
  const { range, filters } = useScope();
  const zone = useZone();
  const { data: model } = useBreakdown('model', 50);
  const { data: attachment } = useBreakdown('attachment', 50);
  const { data: network } = useBreakdown('network', 50);
  return useMemo(() => {
    if (summary === undefined) return undefined;
    const filtered = new Set(filters.filter(({ exclude }) => !exclude).map(({ dimension }) => dimension));
    const breakdowns = Object.fromEntries(
      [model, attachment, network].flatMap((data) =>
        data === undefined || filtered.has(data.by) ? [] : [[data.by, data.rows] as const],
      ),
    );
    return describeStreams({
      current: summary,
      before: summary.previous,
      breakdowns,
      range: rangeWords(range, zone),
      previously: beforeWords(range),
      filtered: filters.length > 0,
      byOutcome: filtered.has('outcome') || filtered.has('reason'),
    });
  }, [summary, range, filters, zone, model, attachment, network]);
}

function FiringIncident({ incident }: { readonly incident: Incident }): ReactElement {
  return (
    <Link
      to="/incidents/$id"
      params={{ id: incident.id }}
      className="group inline-flex max-w-full items-center gap-2 rounded-md border border-line bg-failed-soft py-1 pr-2 pl-2.5 text-sm text-ink hover:border-line-strong"
    >
      <span className="size-2 shrink-0 rounded-full bg-failed" aria-hidden="true" />
      <span className="truncate">
        <span className="font-medium">{incident.ruleName}</span>
        <span className="text-ink-2">
          {' '}
          firing since <TimeAgo at={incident.firedAt} />
        </span>
      </span>
      <Icon name="right" className="text-ink-3 group-hover:text-ink" />
    </Link>
  );
}

/** The top of the overview: what is happening, in words. */
export function Headline(): ReactElement {
  const summary = useSummary();
  const incidents = useIncidents();
  const sentence = useSentence(summary.data);
  const { toggleFilter } = useScopeActions();
  const firing = (incidents.data?.incidents ?? []).filter(({ status }) => status === 'firing');
  return (
    <div className="min-h-14 py-1">
      {summary.error !== null && (
        <div className="mb-3">
          <FailureNote
            error={summary.error}
            onRetry={() => void summary.refetch()}
            stale={summary.data !== undefined}
          />
        </div>
      )}
      {sentence === undefined ? (
        summary.error === null && <div className="skeleton h-7 w-[min(48rem,90%)]" />
      ) : (
        <h1 className="max-w-[68rem] text-lg font-normal text-pretty text-ink-2 sm:text-xl">
          {sentence.parts.map((part) => (
            <Part
              key={part.text}
              part={part}
              onFilter={() => part.filter !== undefined && toggleFilter(part.filter)}
            />
          ))}
        </h1>
      )}
      {firing.length > 0 && (
        <ul aria-label="Firing incidents" className="mt-2.5 flex flex-wrap gap-2">
          {firing.map((incident) => (
            <li key={incident.id} className="max-w-full">
              <FiringIncident incident={incident} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
