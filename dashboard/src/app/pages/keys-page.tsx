import type { ReactElement } from 'react';
import { IngestKeys } from '../../features/ingest-keys/ingest-keys.tsx';
import { PageTitle } from '../page-title.tsx';

/** Settings: who may send. */
export function KeysPage(): ReactElement {
  return (
    <>
      <PageTitle title="Ingest keys" />
      <IngestKeys />
    </>
  );
}
