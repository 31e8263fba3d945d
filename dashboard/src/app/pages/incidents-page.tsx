import type { ReactElement } from 'react';
import { IncidentList } from '../../features/incident-list/incident-list.tsx';
import { PageTitle } from '../page-title.tsx';

/** What fired, and when. */
export function IncidentsPage(): ReactElement {
  return (
    <>
      <PageTitle title="Incidents" />
      <IncidentList />
    </>
  );
}
