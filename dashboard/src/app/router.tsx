import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import {
  formatQueryString,
  parseQueryString,
  readScopeSearch,
  type ScopeSearch,
  scopeKeys,
} from '../lib/scope/search-params.ts';
import { PageFailed, PageMissing } from './page-failed.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { ProjectBoundary } from './project-boundary.tsx';
import { Shell } from './shell.tsx';

const rootRoute = createRootRoute({
  component: () => (
    <ProjectBoundary>
      <Shell />
    </ProjectBoundary>
  ),
  validateSearch: (values: Record<string, unknown>): ScopeSearch => readScopeSearch(values),
  // Time and filters go with the reader from page to page.
  search: { middlewares: [retainSearchParams<ScopeSearch>([...scopeKeys])] },
});

const overviewRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: OverviewPage });

const streamsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/streams',
  validateSearch: ({ q }: Record<string, unknown>): { readonly q?: string | undefined } =>
    typeof q === 'string' && q !== '' ? { q } : {},
  component: lazyRouteComponent(() => import('./pages/streams-page.tsx'), 'StreamsPage'),
});

const streamRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/streams/$traceId/$spanId',
  component: lazyRouteComponent(() => import('./pages/stream-page.tsx'), 'StreamPage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents',
  component: lazyRouteComponent(() => import('./pages/incidents-page.tsx'), 'IncidentsPage'),
});

const incidentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('./pages/incident-page.tsx'), 'IncidentPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  // `new`, or the id of the rule that is edited.
  validateSearch: ({ rule }: Record<string, unknown>): { readonly rule?: string | undefined } =>
    typeof rule === 'string' && rule !== '' ? { rule } : {},
  component: lazyRouteComponent(() => import('./pages/alerts-page.tsx'), 'AlertsPage'),
});

const pipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pipeline',
  component: lazyRouteComponent(() => import('./pages/pipeline-page.tsx'), 'PipelinePage'),
});

const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/keys',
  component: lazyRouteComponent(() => import('./pages/keys-page.tsx'), 'KeysPage'),
});

const routeTree = rootRoute.addChildren([
  overviewRoute,
  streamsRoute,
  streamRoute,
  incidentsRoute,
  incidentRoute,
  alertsRoute,
  pipelineRoute,
  keysRoute,
]);

export const router = createRouter({
  routeTree,
  parseSearch: (text) => parseQueryString(text),
  stringifySearch: (values) => formatQueryString(values),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: PageMissing,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
