import { QueryClientProvider } from '@tanstack/react-query';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { ApiContext, useProjectApi } from '../lib/api/api-context.ts';
import { useProject } from '../lib/scope/use-scope.ts';

/**
 * Everything inside asks about the project that the address bar says. Another project is another page: nothing that was
 * answered, chosen or typed in one is still there in the next.
 */
export function ProjectBoundary({ children }: { readonly children: ReactNode }): ReactElement {
  const project = useProject();
  const { api, answers } = useProjectApi(project);
  return (
    <QueryClientProvider client={answers}>
      <ApiContext value={api}>
        <Fragment key={project}>{children}</Fragment>
      </ApiContext>
    </QueryClientProvider>
  );
}
