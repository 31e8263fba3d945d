import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';

/** The way back to the list that a page belongs to, with time and filters as they are. */
export function BackLink({
  to,
  children,
}: {
  readonly to: '/streams' | '/incidents' | '/alerts';
  readonly children: string;
}): ReactElement {
  return (
    <Link to={to} className="inline-flex items-center gap-0.5 rounded-sm text-sm text-ink-3 hover:text-ink">
      <Icon name="left" className="-ml-1" />
      {children}
    </Link>
  );
}
