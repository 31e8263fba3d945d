import { type ReactElement, useState } from 'react';
import { FilterPicker } from '../../components/filter-picker/filter-picker.tsx';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { shortcuts, useShortcut } from '../../lib/shortcuts.ts';

/** Adds a filter to all pages. */
export function FilterMenu(): ReactElement {
  const [open, setOpen] = useState(false);
  const scope = useScope();
  const { addFilter } = useScopeActions();
  useShortcut(shortcuts.filter, () => setOpen(true));
  return <FilterPicker scope={scope} open={open} onOpenChange={setOpen} onAdd={addFilter} />;
}
