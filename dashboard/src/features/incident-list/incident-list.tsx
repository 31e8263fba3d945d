import { Link } from '@tanstack/react-router';
import type { Incident } from '@weir/schemas/api';
import { type ReactElement, useState } from 'react';
import { QueryBody } from '../../components/query-body.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/time-text.tsx';
import { useIncidents } from '../../lib/api/queries.ts';
import { dimensionName, valueName } from '../../lib/format/names.ts';
import { formatRate, formatSpan } from '../../lib/format/numbers.ts';
import { formatTime } from '../../lib/format/times.ts';
import { useZone } from '../../lib/preferences.ts';
import { describeIncidents } from './incidents-sentence.ts';

const views = [
  { value: 'all', label: 'All' },
  { value: 'firing', label: 'Firing' },
  { value: 'resolved', label: 'Resolved' },
] as const;

type View = (typeof views)[number]['value'];

function IncidentRow({ incident }: { readonly incident: Incident }): ReactElement {
  const zone = useZone();
  const now = useNow();
  const startedMs = Date.parse(incident.startedAt);
  const endMs = incident.resolvedAt === null ? Math.max(now, startedMs) : Date.parse(incident.resolvedAt);
  const [suspect] = incident.suspects;
  return (
    <li>
      <Link
        to="/incidents/$id"
        params={{ id: incident.id }}
        className="grid gap-x-5 gap-y-1 px-4 py-3 hover:bg-hover focus-visible:-outline-offset-2 md:grid-cols-[6.25rem_minmax(0,1fr)_9.5rem_5rem]"
      >
        <span>
          <StatusMark tone={incident.status === 'firing' ? 'bad' : 'quiet'}>
            {incident.status === 'firing' ? 'Firing' : 'Resolved'}
          </StatusMark>
        </span>
        <span className="min-w-0">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{incident.ruleName}</span>
            {suspect !== undefined && (
              <span className="rounded-sm bg-sunken px-1.5 text-xs/5 text-ink-2">
                {dimensionName(suspect.dimension)} {valueName(suspect.dimension, suspect.value)}
              </span>
            )}
          </span>
          <span className="mt-0.5 line-clamp-2 text-ink-2">{incident.summary}</span>
        </span>
        <span className="text-sm text-ink-2 md:text-right">
          <span title={formatTime(startedMs, 'exact', zone)}>{formatTime(startedMs, 'dayClock', zone)}</span>
          <span className="block text-ink-3 max-md:ml-2 max-md:inline">
            {incident.status === 'firing' ? 'for ' : 'lasted '}
            {formatSpan((endMs - startedMs) / 1000)}
          </span>
        </span>
        <span className="text-sm md:text-right">
          <span className="font-medium text-failed-text">{formatRate(incident.peakFailureRate)}</span>
          <span className="text-ink-3 max-md:ml-2 md:block">at its peak</span>
        </span>
      </Link>
    </li>
  );
}

function Empty({ view }: { readonly view: View }): ReactElement {
  return (
    <div className="px-4 py-16 text-center">
      <p className="font-medium">{view === 'firing' ? 'Nothing is firing' : 'No incident so far'}</p>
      <p className="mx-auto mt-1 max-w-md text-ink-2">
        An incident is a stretch of time in which an alert rule fired. It names the model, attachment or
        network that explains it.
      </p>
      <Link to="/alerts" className="mt-3 inline-block rounded-sm font-medium text-accent hover:underline">
        See the alert rules
      </Link>
    </div>
  );
}

/** All incidents, newest first. */
export function IncidentList(): ReactElement {
  const [view, setView] = useState<View>('all');
  const incidents = useIncidents();
  const now = useNow();
  return (
    <div className="space-y-4">
      <div className="flex min-h-14 flex-wrap items-start justify-between gap-3 py-1">
        <h1 className="max-w-[60rem] text-lg text-ink-2 sm:text-xl">
          {incidents.data === undefined ? (
            <span className="skeleton block h-7 w-80" />
          ) : (
            describeIncidents(incidents.data.incidents, now)
          )}
        </h1>
        <Segmented label="Which incidents" options={views} value={view} onChange={setView} />
      </div>
      <QueryBody query={incidents} skeleton={<div className="skeleton h-80" />}>
        {(data) => {
          const shown = data.incidents.filter(({ status }) => view === 'all' || status === view);
          return (
            <div className="rounded-lg border border-line bg-surface">
              {shown.length === 0 ? (
                <Empty view={view} />
              ) : (
                <ul className="divide-y divide-line">
                  {shown.map((incident) => (
                    <IncidentRow key={incident.id} incident={incident} />
                  ))}
                </ul>
              )}
            </div>
          );
        }}
      </QueryBody>
    </div>
  );
}
