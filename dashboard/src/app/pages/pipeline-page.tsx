import type { ReactElement } from 'react';

export function PipelinePage(): ReactElement {
  return <p>Pipeline</p>;
}
