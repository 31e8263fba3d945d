import { Popover } from '@base-ui/react/popover';
import { lazy, type ReactElement, Suspense } from 'react';
import type { QuestionScope } from '../../lib/api/queries.ts';
import type { Filter } from '../../lib/scope/filter.ts';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';
import { Kbd } from '../kbd.tsx';

/** The lists are fetched when they are first opened. */
const FilterSteps = lazy(() => import('./filter-steps.tsx'));

/** Adds a filter: a button, and the steps to choose one. */
export function FilterPicker({
  scope,
  open,
  onOpenChange,
  onAdd,
}: {
  readonly scope: QuestionScope;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onAdd: (filter: Filter) => void;
}): ReactElement {
  const none = scope.filters.length === 0;
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger render={<Button look={none ? 'outline' : 'ghost'} />}>
        <Icon name={none ? 'filter' : 'plus'} className="-ml-0.5" />
        Filter
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="z-50">
          <Popover.Popup
            aria-label="Add a filter"
            className="popup-motion w-76 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-raised shadow-popover outline-none"
          >
            <Suspense fallback={<div className="h-80" />}>
              <FilterSteps
                scope={scope}
                onAdd={(filter) => {
                  onAdd(filter);
                  onOpenChange(false);
                }}
              />
            </Suspense>
            <p className="flex items-center gap-1.5 border-t border-line px-3 py-1.5 text-2xs text-ink-3">
              <Kbd>↑</Kbd>
              <Kbd>↓</Kbd> choose <Kbd>↵</Kbd> take
            </p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
