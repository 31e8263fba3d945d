import { Dialog } from '@base-ui/react/dialog';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { keyNames, shortcuts } from '../../lib/shortcuts.ts';

const inCharts = [
  { keys: ['←', '→'], meaning: 'Move the crosshair of a focused chart' },
  { keys: ['drag'], meaning: 'Zoom into a range of a chart' },
] as const;

/** All shortcuts at a glance. */
export default function ShortcutHelp({
  open,
  onOpenChange,
}: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}): ReactElement {
  const listed = [
    ...Object.values(shortcuts).map(({ keys, meaning }) => ({ keys: keyNames(keys), meaning })),
    ...inCharts,
  ];
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-50 bg-shade transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup className="popup-motion fixed top-[18vh] left-1/2 z-60 w-104 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg border border-line bg-raised p-4 shadow-popover outline-none">
          <div className="mb-3 flex items-center justify-between">
            <Dialog.Title className="text-md font-semibold">Keyboard shortcuts</Dialog.Title>
            <Dialog.Close render={<Button look="ghost" size="icon" aria-label="Close" />}>
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <dl className="divide-y divide-line">
            {listed.map(({ keys, meaning }) => (
              <div key={meaning} className="flex items-center justify-between py-1.5">
                <dt className="text-ink-2">{meaning}</dt>
                <dd className="flex gap-1">
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
