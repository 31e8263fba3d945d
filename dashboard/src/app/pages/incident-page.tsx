import type { ReactElement } from 'react';

export function IncidentPage(): ReactElement {
  return <p>Incident</p>;
}
