import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import './app/theme.css';
import type { ProjectApi } from './lib/api/api-context.ts';
import { createApiClient } from './lib/api/client.ts';
import { ApiFailure } from './lib/api/failure.ts';
import { createScopeClock } from './lib/scope/scope-clock.ts';

const clock = createScopeClock(() => Date.now());
const fetcher: typeof fetch = (input, init) => fetch(input, init);

function createAnswers(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        gcTime: 120_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && error instanceof ApiFailure && error.worthRetrying,
        retryDelay: (failures) => 400 * 2 ** failures,
      },
    },
  });
}

const projects = new Map<string, ProjectApi>();

function apiOf(project: string): ProjectApi {
  const known = projects.get(project);
  if (known !== undefined) return known;
  const made = { api: { client: createApiClient(fetcher, project), clock }, answers: createAnswers() };
  projects.set(project, made);
  return made;
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App apiOf={apiOf} />
  </StrictMode>,
);
