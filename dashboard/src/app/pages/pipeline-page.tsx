import type { ReactElement } from 'react';
import { PipelineHealth } from '../../features/pipeline-health/pipeline-health.tsx';
import { PageTitle } from '../page-title.tsx';

/** The health of Weir itself. */
export function PipelinePage(): ReactElement {
  return (
    <>
      <PageTitle title="Pipeline" />
      <PipelineHealth />
    </>
  );
}
