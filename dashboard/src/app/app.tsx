import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { type Api, ApiContext } from '../lib/api/api-context.ts';
import { CrosshairContext, createCrosshair } from '../lib/charts/crosshair.ts';
import { router } from './router.tsx';

export function App({ api, queries }: { readonly api: Api; readonly queries: QueryClient }): ReactElement {
  const [crosshair] = useState(createCrosshair);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <ApiContext value={api}>
          <CrosshairContext value={crosshair}>
            <Tooltip.Provider delay={350} closeDelay={50}>
              <RouterProvider router={router} />
            </Tooltip.Provider>
          </CrosshairContext>
        </ApiContext>
      </QueryClientProvider>
    </CSPProvider>
  );
}
