import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { BackLink } from '../../components/back-link.tsx';
import { IncidentDetail } from '../../features/incident-detail/incident-detail.tsx';
import { PageTitle } from '../page-title.tsx';

const route = getRouteApi('/incidents/$id');

/** One incident. */
export function IncidentPage(): ReactElement {
  const { id } = route.useParams();
  return (
    <div className="space-y-3">
      <PageTitle title="Incident" />
      <BackLink to="/incidents">Incidents</BackLink>
      <IncidentDetail key={id} id={id} />
    </div>
  );
}
