import type { ReactElement } from 'react';
import { Headline } from '../../features/headline/headline.tsx';
import { ScopeBar } from '../../features/scope-bar/scope-bar.tsx';
import { StreamList } from '../../features/stream-list/stream-list.tsx';
import { PageTitle } from '../page-title.tsx';

/** All streams, to search and to filter. */
export function StreamsPage(): ReactElement {
  return (
    <div className="space-y-4">
      <PageTitle title="Streams" />
      <ScopeBar />
      <Headline />
      <StreamList />
    </div>
  );
}
