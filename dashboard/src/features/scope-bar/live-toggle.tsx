import { Toggle } from '@base-ui/react/toggle';
import { useIsFetching } from '@tanstack/react-query';
import { type ReactElement, useSyncExternalStore } from 'react';
import { Button } from '../../components/button.tsx';
import { Hint } from '../../components/hint.tsx';
import { Icon } from '../../components/icon.tsx';
import { useApi } from '../../lib/api/api-context.ts';
import { scopedKey } from '../../lib/api/queries.ts';
import { useRefresh } from '../../lib/api/use-live-refresh.ts';
import { formatTime } from '../../lib/format/times.ts';
import { useZone } from '../../lib/preferences.ts';
import { rangePresets } from '../../lib/scope/range.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { shortcuts, useShortcut } from '../../lib/shortcuts.ts';

/** Whether the page keeps itself up to date, and a way to do it by hand. A fixed range has nothing to keep up with. */
export function LiveToggle(): ReactElement {
  const { range, live } = useScope();
  const { setLive } = useScopeActions();
  const { clock } = useApi();
  const zone = useZone();
  const refresh = useRefresh();
  const asking = useIsFetching({ queryKey: [scopedKey] }) > 0;
  const nowMs = useSyncExternalStore(clock.subscribe, clock.nowMs);
  const relative = range.kind === 'relative';
  useShortcut(shortcuts.live, () => relative && setLive(!live));
  useShortcut(shortcuts.refresh, refresh);
  const explanation = relative
    ? live
      ? `Refreshes every ${rangePresets[range.preset].refreshSeconds} s while this page is visible. Last: ${formatTime(nowMs, 'clockSeconds', zone)}`
      : `Paused at ${formatTime(nowMs, 'clockSeconds', zone)}`
    : 'A fixed range does not change. Choose a preset to watch it live.';
  return (
    <div className="flex items-center">
      <Hint text={explanation} side="bottom">
        <Toggle
          pressed={live}
          disabled={!relative}
          onPressedChange={setLive}
          aria-keyshortcuts="l"
          render={<Button look="ghost" />}
        >
          <span
            aria-hidden="true"
            className={`size-1.5 rounded-full transition-colors ${live ? 'bg-accent' : 'bg-unknown'} ${live && asking ? 'scale-150 opacity-60' : ''}`}
          />
          {live ? 'Live' : relative ? 'Paused' : 'Fixed'}
        </Toggle>
      </Hint>
      <Button look="ghost" size="icon" aria-label="Refresh now" aria-keyshortcuts="r" onClick={refresh}>
        <Icon name="refresh" className="size-3.5" />
      </Button>
    </div>
  );
}
