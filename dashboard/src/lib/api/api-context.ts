import type { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { ScopeClock } from '../scope/scope-clock.ts';
import type { ApiClient } from './client.ts';

/** What every question needs. */
export interface Api {
  /** Asks about one project. */
  readonly client: ApiClient;
  readonly clock: ScopeClock;
}

export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('ApiContext has no value: wrap the tree in <ApiContext>');
  return api;
}

/** A client of a project, and the answers to its questions: apart, so that none shows up in another project. */
export interface ProjectApi {
  readonly api: Api;
  readonly answers: QueryClient;
}

/** Put together once in `main.tsx`. Gives the same for the same project. */
export type ApiOfProject = (project: string) => ProjectApi;

export const ApiOfProjectContext = createContext<ApiOfProject | undefined>(undefined);

export function useProjectApi(project: string): ProjectApi {
  const apiOf = useContext(ApiOfProjectContext);
  if (apiOf === undefined) throw new Error('ApiOfProjectContext has no value: wrap the tree in it');
  return apiOf(project);
}
