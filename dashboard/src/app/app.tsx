import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { type ApiOfProject, ApiOfProjectContext } from '../lib/api/api-context.ts';
import { CrosshairContext, createCrosshair } from '../lib/charts/crosshair.ts';
import { router } from './router.tsx';

export function App({ apiOf }: { readonly apiOf: ApiOfProject }): ReactElement {
  const [crosshair] = useState(createCrosshair);
  return (
    <CSPProvider disableStyleElements>
      <ApiOfProjectContext value={apiOf}>
        <CrosshairContext value={crosshair}>
          <Tooltip.Provider delay={350} closeDelay={50}>
            <RouterProvider router={router} />
          </Tooltip.Provider>
        </CrosshairContext>
      </ApiOfProjectContext>
    </CSPProvider>
  );
}
