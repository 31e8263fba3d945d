import type { ReactElement } from 'react';

export function AlertsPage(): ReactElement {
  return <p>Alerts</p>;
}
