import type { ReactElement } from 'react';
import { FilterChips } from './filter-chips.tsx';
import { FilterMenu } from './filter-menu.tsx';
import { LiveToggle } from './live-toggle.tsx';
import { TimeMenu } from './time-menu.tsx';

/** What every page is about: filters on the left, time on the right. */
export function ScopeBar(): ReactElement {
  return (
    <section aria-label="Filters and time range" className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 max-sm:order-2 max-sm:basis-full">
        <FilterChips />
        <FilterMenu />
      </div>
      <div className="flex min-w-0 items-center gap-1 max-sm:order-1 max-sm:w-full max-sm:justify-between">
        <LiveToggle />
        <TimeMenu />
      </div>
    </section>
  );
}
