import type { ReactElement } from 'react';

export function IncidentsPage(): ReactElement {
  return <p>Incidents</p>;
}
