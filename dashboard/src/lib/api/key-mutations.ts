import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreatedKey, IngestKey, KeyInput } from '@weir/schemas/api';
import { useApi } from './api-context.ts';

/** Changes of ingest keys. Each asks for the keys and projects again when it is done. */
function useKeyChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['keys'] }),
        queries.invalidateQueries({ queryKey: ['projects'] }),
      ]);
    },
  });
}

export function useCreateKey(): UseMutationResult<CreatedKey, Error, KeyInput> {
  const { client } = useApi();
  return useKeyChange((input: KeyInput) => client.createKey(input));
}

export function useRevokeKey(): UseMutationResult<IngestKey, Error, string> {
  const { client } = useApi();
  return useKeyChange((id: string) => client.revokeKey(id));
}
