import { Link } from '@tanstack/react-router';
import type { Incident } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { buttonClass } from '../../components/button.tsx';
import { FigureStrip } from '../../components/figure-strip.tsx';
import { FilterTags } from '../../components/filter-tags.tsx';
import { Icon } from '../../components/icon.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/time-text.tsx';
import { useIncident } from '../../lib/api/queries.ts';
import {
  exactRate,
  formatCount,
  formatExactCount,
  formatRate,
  formatSpan,
} from '../../lib/format/numbers.ts';
import { formatTime } from '../../lib/format/times.ts';
import { useZone } from '../../lib/preferences.ts';
import { withFilter } from '../../lib/scope/filter.ts';
import { searchOfFilters, searchOfRange } from '../../lib/scope/search-params.ts';
import { DeliveriesPanel } from './deliveries-panel.tsx';
import { IncidentChart, incidentScope } from './incident-chart.tsx';
import { splitSummary } from './split-summary.ts';
import { SuspectsPanel } from './suspects-panel.tsx';

function Figures({ incident, nowMs }: { readonly incident: Incident; readonly nowMs: number }): ReactElement {
  const zone = useZone();
  const startMs = Date.parse(incident.startedAt);
  const endMs = incident.resolvedAt === null ? Math.max(nowMs, startMs) : Date.parse(incident.resolvedAt);
  return (
    <FigureStrip
      figures={[
        {
          name: 'Rate when it fired',
          value: formatRate(incident.failureRate),
          title: exactRate(incident.failureRate),
          note: `limit ${formatRate(incident.threshold)} over ${formatSpan(incident.windowSeconds)}`,
        },
        {
          name: 'At its peak',
          value: formatRate(incident.peakFailureRate),
          title: exactRate(incident.peakFailureRate),
          note: 'highest rate of a window',
          tone: 'bad',
        },
        {
          name: 'Failed streams',
          value: formatCount(incident.failed),
          title: formatExactCount(incident.failed),
          note: `of ${formatExactCount(incident.streams)} in the window`,
        },
        {
          name: incident.resolvedAt === null ? 'Going on for' : 'Lasted',
          value: formatSpan((endMs - startMs) / 1000),
          note: `since ${formatTime(startMs, 'dayClock', zone)}`,
        },
      ]}
    />
  );
}

function Page({ incident }: { readonly incident: Incident }): ReactElement {
  const zone = useZone();
  const now = useNow();
  const { range, filters } = incidentScope(incident, now);
  const failures = withFilter(filters, { dimension: 'outcome', value: 'failed', exclude: false });
  const firing = incident.status === 'firing';
  const { headline, rest } = splitSummary(incident.summary);
  return (
    <div className="space-y-4">
      <header className="flex flex-wrap items-start justify-between gap-3 py-1">
        <div className="min-w-0 flex-1 basis-96">
          <p className="mb-2 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
            <StatusMark tone={firing ? 'bad' : 'quiet'}>{firing ? 'Firing' : 'Resolved'}</StatusMark>
            <Link
              to="/alerts"
              search={(search) => ({ ...search, rule: incident.ruleId })}
              className="rounded-sm font-medium hover:underline"
            >
              {incident.ruleName}
            </Link>
            <FilterTags filters={incident.filters} />
            <span className="text-ink-3">
              fired {formatTime(Date.parse(incident.firedAt), 'exact', zone)}
              {incident.resolvedAt !== null &&
                `, resolved ${formatTime(Date.parse(incident.resolvedAt), 'clock', zone)}`}
            </span>
          </p>
          <h1 className="max-w-[64rem] text-lg font-semibold tracking-tight text-pretty sm:text-xl">
            {headline}
          </h1>
          {rest !== '' && <p className="mt-1 max-w-[64rem] text-md text-pretty text-ink-2">{rest}</p>}
        </div>
        <div className="flex flex-wrap gap-1.5">
          <Link
            to="/streams"
            search={(search) => ({ ...search, ...searchOfRange(range), ...searchOfFilters(failures) })}
            className={buttonClass()}
          >
            <Icon name="streams" />
            Failed streams
          </Link>
          <Link
            to="/"
            search={(search) => ({ ...search, ...searchOfRange(range), ...searchOfFilters(filters) })}
            className={buttonClass()}
          >
            <Icon name="overview" />
            Overview of that time
          </Link>
        </div>
      </header>
      <Figures incident={incident} nowMs={now} />
      <IncidentChart incident={incident} nowMs={now} />
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-12">
        <div className="xl:col-span-7">
          <SuspectsPanel incident={incident} range={range} filters={filters} />
        </div>
        <div className="xl:col-span-5">
          <DeliveriesPanel deliveries={incident.deliveries} />
        </div>
      </div>
    </div>
  );
}

/** One incident: what happened, to whom, and who was told. */
export function IncidentDetail({ id }: { readonly id: string }): ReactElement {
  const query = useIncident(id);
  return (
    <QueryBody query={query} skeleton={<div className="skeleton h-100" />}>
      {(incident) => <Page incident={incident} />}
    </QueryBody>
  );
}
