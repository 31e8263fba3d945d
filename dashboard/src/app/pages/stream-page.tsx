import type { ReactElement } from 'react';

export function StreamPage(): ReactElement {
  return <p>Stream</p>;
}
