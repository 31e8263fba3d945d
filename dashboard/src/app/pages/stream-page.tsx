import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { BackLink } from '../../components/back-link.tsx';
import { StreamDetail } from '../../features/stream-detail/stream-detail.tsx';
import { PageTitle } from '../page-title.tsx';

const route = getRouteApi('/streams/$traceId/$spanId');

/** One stream. */
export function StreamPage(): ReactElement {
  const { traceId, spanId } = route.useParams();
  return (
    <div className="space-y-3">
      <PageTitle title={`Stream ${traceId.slice(0, 8)}`} />
      <BackLink to="/streams">Streams</BackLink>
      <StreamDetail key={`${traceId} ${spanId}`} traceId={traceId} spanId={spanId} />
    </div>
  );
}
