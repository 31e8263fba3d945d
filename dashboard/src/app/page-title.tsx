import type { ReactElement } from 'react';

/** The title of the browser's tab. */
export function PageTitle({ title }: { readonly title: string }): ReactElement {
  return <title>{`${title} · Weir`}</title>;
}
