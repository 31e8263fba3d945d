import { Menu } from '@base-ui/react/menu';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { defaultProject } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { useProjects } from '../lib/api/queries.ts';
import { useProject } from '../lib/scope/use-scope.ts';
import { listPageOf } from './list-page.ts';

/** Which project the page is about; not there while there is only one. */
export function ProjectMenu(): ReactElement | null {
  const current = useProject();
  const projects = useProjects();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const known = projects.data?.projects.map(({ name }) => name) ?? [defaultProject];
  const names = known.includes(current) ? known : [...known, current];
  if (names.length < 2) return null;
  // Filters name values of the project that is left.
  const choose = (project: string): void =>
    void navigate({
      to: listPageOf(pathname),
      search: (search) => ({
        ...search,
        project: project === defaultProject ? undefined : project,
        filter: undefined,
        q: undefined,
        rule: undefined,
      }),
    });
  return (
    <Menu.Root>
      <Menu.Trigger
        render={<Button size="lg" className="max-w-40 min-w-0" aria-label={`Project ${current}`} />}
      >
        <span className="truncate">{current}</span>
        <Icon name="down" className="-mr-1 text-ink-3" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className="z-50">
          <Menu.Popup className="popup-motion max-h-80 min-w-40 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-popover outline-none">
            <Menu.RadioGroup value={current} onValueChange={choose}>
              {names.map((name) => (
                <Menu.RadioItem
                  key={name}
                  value={name}
                  className="flex h-7.5 cursor-default items-center gap-4 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-highlight pointer-coarse:h-10"
                >
                  {name}
                  <Menu.RadioItemIndicator className="ml-auto">
                    <Icon name="check" className="text-accent" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
