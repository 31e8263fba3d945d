import { createContext, useContext } from 'react';
import type { ScopeClock } from '../scope/scope-clock.ts';
import type { ApiClient } from './client.ts';

/** What every question needs; put together once in `main.tsx`. */
export interface Api {
  readonly client: ApiClient;
  readonly clock: ScopeClock;
}

export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('ApiContext has no value: wrap the tree in <ApiContext>');
  return api;
}
