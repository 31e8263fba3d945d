import type { ReactElement } from 'react';

export function StreamsPage(): ReactElement {
  return <p>Streams</p>;
}
