import type { CreatedKey } from '@weir/schemas/api';
import { type ReactElement, useState } from 'react';
import { QueryBody } from '../../components/query-body.tsx';
import { useKeys } from '../../lib/api/queries.ts';
import { KeyForm } from './key-form.tsx';
import { KeyList } from './key-list.tsx';
import { describeKeys } from './keys-sentence.ts';
import { NewKey } from './new-key.tsx';

/** Who may send, and into which project: create, look after and revoke ingest keys. */
export function IngestKeys(): ReactElement {
  const keys = useKeys();
  const [created, setCreated] = useState<CreatedKey>();
  return (
    <div className="space-y-4">
      <h1 className="min-h-14 max-w-[60rem] py-1 text-lg text-ink-2 sm:text-xl">
        {keys.data === undefined
          ? keys.error === null && <span className="skeleton block h-7 w-96 max-w-full" />
          : describeKeys(keys.data)}
      </h1>
      {created === undefined ? (
        <KeyForm isFirst={keys.data?.required === false} onCreated={setCreated} />
      ) : (
        <NewKey created={created} onDone={() => setCreated(undefined)} />
      )}
      <QueryBody query={keys} skeleton={<div className="skeleton h-72" />}>
        {(data) => <KeyList keys={data.keys} />}
      </QueryBody>
    </div>
  );
}
