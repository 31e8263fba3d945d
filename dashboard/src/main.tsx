import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import './app/theme.css';
import { createApiClient } from './lib/api/client.ts';
import { ApiFailure } from './lib/api/failure.ts';
import { createScopeClock } from './lib/scope/scope-clock.ts';

const api = {
  client: createApiClient((input, init) => fetch(input, init)),
  clock: createScopeClock(() => Date.now()),
};

const queries = new QueryClient({
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

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App api={api} queries={queries} />
  </StrictMode>,
);
