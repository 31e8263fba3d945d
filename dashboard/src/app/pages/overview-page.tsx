import type { ReactElement } from 'react';
import { FailureRate } from '../../features/failure-rate/failure-rate.tsx';
import { Figures } from '../../features/figures/figures.tsx';
import { Headline } from '../../features/headline/headline.tsx';
import { Latency } from '../../features/latency/latency.tsx';
import { LatestStreams } from '../../features/latest-streams/latest-streams.tsx';
import { Onboarding } from '../../features/onboarding/onboarding.tsx';
import { RankedBars } from '../../features/ranked-bars/ranked-bars.tsx';
import { ReasonsNow } from '../../features/reasons-now/reasons-now.tsx';
import { ReasonsOverTime } from '../../features/reasons-over-time/reasons-over-time.tsx';
import { ScopeBar } from '../../features/scope-bar/scope-bar.tsx';
import { WorstGaps } from '../../features/worst-gaps/worst-gaps.tsx';
import { useAnyStream } from '../../lib/api/use-any-stream.ts';
import { PageTitle } from '../page-title.tsx';

/** The first screen: the answer in words, then what proves it. */
export function OverviewPage(): ReactElement {
  const anyStream = useAnyStream();
  if (anyStream === 'none') {
    return (
      <>
        <PageTitle title="Overview" />
        <Onboarding />
      </>
    );
  }
  return (
    <div className="space-y-4">
      <PageTitle title="Overview" />
      <ScopeBar />
      <Headline />
      <Figures />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
        <FailureRate className="lg:col-span-8" />
        <ReasonsNow className="lg:col-span-4" />
      </div>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2 xl:grid-cols-3">
        <RankedBars by="model" />
        <RankedBars by="attachment" />
        <RankedBars by="network" />
      </div>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Latency />
        <ReasonsOverTime />
      </div>
      <WorstGaps />
      <LatestStreams />
    </div>
  );
}
