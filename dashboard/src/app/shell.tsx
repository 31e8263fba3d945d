import { Link, Outlet } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { buttonClass } from '../components/button.tsx';
import { Hint } from '../components/hint.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { Kbd } from '../components/kbd.tsx';
import { Notices } from '../components/notices.tsx';
import { useIncidents } from '../lib/api/queries.ts';
import { useLiveRefresh } from '../lib/api/use-live-refresh.ts';
import { keyNames, shortcuts, useShortcut } from '../lib/shortcuts.ts';
import { Logo } from './logo.tsx';
import { MissingShardsNotice } from './missing-shards.tsx';
import { PipelineDot } from './pipeline-dot.tsx';
import { ProjectMenu } from './project-menu.tsx';
import { ThemeMenu } from './theme-menu.tsx';

const pages = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/streams', label: 'Streams', icon: 'streams' },
  { to: '/incidents', label: 'Incidents', icon: 'incidents' },
  { to: '/alerts', label: 'Alerts', icon: 'alerts' },
  { to: '/pipeline', label: 'Pipeline', icon: 'pipeline' },
] as const satisfies readonly { readonly to: string; readonly label: string; readonly icon: IconName }[];

function FiringCount(): ReactElement | null {
  const incidents = useIncidents();
  const firing = (incidents.data?.incidents ?? []).filter(({ status }) => status === 'firing').length;
  if (firing === 0) return null;
  return (
    <span className="grid h-4 min-w-4 place-items-center rounded-full bg-failed-text px-1 text-2xs font-semibold text-surface">
      {firing}
      <span className="sr-only"> firing</span>
    </span>
  );
}

function PageLinks({ place }: { readonly place: 'top' | 'bottom' }): ReactElement {
  const linkClass =
    place === 'top'
      ? 'flex h-8 items-center gap-1.5 rounded-md px-2 text-base text-ink-2 lg:px-2.5 hover:bg-hover hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink'
      : 'relative flex h-13 flex-1 flex-col items-center justify-center gap-0.5 text-2xs text-ink-3 aria-[current=page]:text-ink';
  return (
    <>
      {pages.map(({ to, label, icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          className={linkClass}
        >
          {place === 'bottom' && <Icon name={icon} className="size-4.5" />}
          {label}
          {label === 'Incidents' &&
            (place === 'top' ? (
              <FiringCount />
            ) : (
              <span className="absolute top-1.5 left-1/2 ml-1.5">
                <FiringCount />
              </span>
            ))}
        </Link>
      ))}
    </>
  );
}

function SettingsLink(): ReactElement {
  return (
    <Hint text="Ingest keys" side="bottom">
      <Link
        to="/settings/keys"
        aria-label="Settings: ingest keys"
        activeOptions={{ includeSearch: false }}
        className={`${buttonClass({ look: 'ghost', size: 'icon' })} aria-[current=page]:bg-sunken aria-[current=page]:text-ink`}
      >
        <Icon name="key" />
      </Link>
    </Hint>
  );
}

const CommandPalette = lazy(() => import('../features/command-palette/command-palette.tsx'));
const ShortcutHelp = lazy(() => import('../features/command-palette/shortcut-help.tsx'));

/** Dialogs are fetched when they are first asked for. */
function useOnceOpen(open: boolean): boolean {
  const [everOpen, setEverOpen] = useState(open);
  if (open && !everOpen) setEverOpen(true);
  return everOpen;
}

/** What surrounds every page: navigation, search, theme, and the health of the pipeline. */
export function Shell(): ReactElement {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const paletteWanted = useOnceOpen(palette);
  const helpWanted = useOnceOpen(help);
  useLiveRefresh();
  useShortcut(shortcuts.palette, () => setPalette(true));
  useShortcut(shortcuts.search, () => setPalette(true));
  useShortcut(shortcuts.help, () => setHelp(true));
  return (
    <>
      <a
        href="#content"
        className="sr-only z-80 rounded-md bg-raised px-3 py-2 shadow-popover focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-40 border-b border-line bg-canvas/85 backdrop-blur-md">
        <div className="mx-auto flex h-13 max-w-400 items-center gap-3 px-4 sm:px-6 lg:gap-5">
          <Link to="/" aria-label="Weir, overview" className="flex items-center gap-2 rounded-md">
            <Logo />
            <span className="text-lg font-semibold tracking-tight md:max-lg:hidden">Weir</span>
          </Link>
          <ProjectMenu />
          <nav aria-label="Pages" className="hidden items-center gap-0.5 md:flex">
            <PageLinks place="top" />
          </nav>
          <div className="ml-auto flex items-center gap-1.5">
            <button
              type="button"
              onClick={() => setPalette(true)}
              aria-keyshortcuts="Control+K Meta+K"
              className="flex h-8 items-center gap-2 rounded-md border border-line bg-surface pr-1.5 pl-2.5 text-sm text-ink-3 hover:border-line-strong hover:text-ink-2 max-sm:border-transparent max-sm:bg-transparent lg:w-60 pointer-coarse:h-9"
            >
              <Icon name="search" />
              <span className="hidden lg:inline">Search or jump to…</span>
              <span className="ml-auto hidden gap-0.5 sm:flex">
                {keyNames(shortcuts.palette.keys).map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </span>
              <span className="sr-only lg:hidden">Search or jump to</span>
            </button>
            <PipelineDot />
            <SettingsLink />
            <ThemeMenu />
          </div>
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto max-w-400 px-4 pt-4 pb-24 outline-none sm:px-6 md:pb-12"
      >
        <MissingShardsNotice />
        <Outlet />
      </main>
      <nav
        aria-label="Pages"
        className="fixed inset-x-0 bottom-0 z-40 flex border-t border-line bg-canvas/95 pb-[env(safe-area-inset-bottom)] backdrop-blur-md md:hidden"
      >
        <PageLinks place="bottom" />
      </nav>
      <Suspense>
        {paletteWanted && (
          <CommandPalette open={palette} onOpenChange={setPalette} onHelp={() => setHelp(true)} />
        )}
        {helpWanted && <ShortcutHelp open={help} onOpenChange={setHelp} />}
      </Suspense>
      <Notices />
    </>
  );
}
