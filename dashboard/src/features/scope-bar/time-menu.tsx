import { Popover } from '@base-ui/react/popover';
import { type ReactElement, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useApi } from '../../lib/api/api-context.ts';
import { formatInterval } from '../../lib/format/times.ts';
import { useZone, zonePreference } from '../../lib/preferences.ts';
import { presetNames, type Range, rangePresets, resolveRange } from '../../lib/scope/range.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { shortcuts, useShortcut } from '../../lib/shortcuts.ts';
import { formatTimeInput, parseTimeInput } from './time-input.ts';

const zones = [
  { value: 'local', label: 'Local' },
  { value: 'UTC', label: 'UTC' },
] as const;

const fieldClass =
  'h-8 w-full rounded-md border border-line-strong bg-surface px-2 text-sm outline-offset-0 focus-visible:border-accent';

function AbsoluteForm({ onApply }: { readonly onApply: (range: Range) => void }): ReactElement {
  const { range } = useScope();
  const { clock } = useApi();
  const zone = useZone();
  const resolved = resolveRange(range, clock.nowMs());
  const [from, setFrom] = useState(() => formatTimeInput(resolved.fromMs, zone));
  const [to, setTo] = useState(() => formatTimeInput(resolved.toMs, zone));
  const fromMs = parseTimeInput(from, zone);
  const toMs = parseTimeInput(to, zone);
  const problem =
    fromMs === undefined || toMs === undefined
      ? 'Both ends need a date and a time.'
      : fromMs >= toMs
        ? 'The end must be after the start.'
        : undefined;
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined && fromMs !== undefined && toMs !== undefined) {
          onApply({ kind: 'absolute', fromMs, toMs });
        }
      }}
    >
      <label className="block text-xs text-ink-3">
        From
        <input
          type="datetime-local"
          className={fieldClass}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className="block text-xs text-ink-3">
        To
        <input
          type="datetime-local"
          className={fieldClass}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      {problem !== undefined && <p className="text-xs text-failed-text">{problem}</p>}
      <Button type="submit" look="primary" className="w-full" disabled={problem !== undefined}>
        Show this range
      </Button>
    </form>
  );
}

/** The time range of all pages: a preset that ends now, or two fixed points. */
export function TimeMenu(): ReactElement {
  const [open, setOpen] = useState(false);
  const current = useRef<HTMLButtonElement>(null);
  const { range } = useScope();
  const { setRange } = useScopeActions();
  const zone = useZone();
  useShortcut(shortcuts.time, () => setOpen(true));
  const apply = (chosen: Range): void => {
    setRange(chosen);
    setOpen(false);
  };
  const label =
    range.kind === 'relative'
      ? `Last ${rangePresets[range.preset].words}`
      : formatInterval(range.fromMs, range.toMs, zone);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={<Button aria-keyshortcuts="t" className="min-w-0" />}>
        <Icon name="clock" className="-ml-0.5 text-ink-3" />
        <span className="truncate">{label}</span>
        <Icon name="down" className="-mr-1 size-3.5 text-ink-3" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-50">
          <Popover.Popup
            aria-label="Time range"
            initialFocus={current}
            className="popup-motion grid w-104 max-w-[calc(100vw-2rem)] grid-cols-[9rem_minmax(0,1fr)] max-sm:grid-cols-1 rounded-lg border border-line bg-raised shadow-popover outline-none"
          >
            <ul className="p-1 max-sm:grid max-sm:grid-cols-2 max-sm:border-b sm:border-r border-line">
              {presetNames.map((preset) => {
                const chosen = range.kind === 'relative' && range.preset === preset;
                return (
                  <li key={preset}>
                    <button
                      ref={chosen ? current : undefined}
                      type="button"
                      aria-pressed={chosen}
                      onClick={() => apply({ kind: 'relative', preset })}
                      className={`flex h-7.5 w-full items-center rounded-sm px-2 text-sm hover:bg-highlight pointer-coarse:h-10 ${chosen ? 'bg-highlight font-medium' : 'text-ink-2'}`}
                    >
                      Last {rangePresets[preset].words}
                      {chosen && <Icon name="check" className="ml-auto text-accent" />}
                    </button>
                  </li>
                );
              })}
            </ul>
            <div className="p-3">
              <AbsoluteForm key={zone} onApply={apply} />
            </div>
            <div className="flex items-center justify-between border-t sm:col-span-2 border-line px-3 py-2">
              <span className="text-xs text-ink-3">Times in</span>
              <Segmented label="Time zone" options={zones} value={zone} onChange={zonePreference.set} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
