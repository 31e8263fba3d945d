import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { IngestKey } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { TimeAgo } from '../../components/time-text.tsx';
import { failureMessage } from '../../lib/api/failure.ts';
import { useRevokeKey } from '../../lib/api/key-mutations.ts';
import { notify } from '../../lib/clipboard.ts';

/** Asks before a key is revoked: that cannot be undone. */
export function RevokeKeyDialog({
  ingestKey,
  open,
  onOpenChange,
}: {
  readonly ingestKey: IngestKey;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}): ReactElement {
  const { id, label, lastUsedAt } = ingestKey;
  const revoke = useRevokeKey();
  const confirm = (): void =>
    revoke.mutate(id, {
      onSuccess: () => {
        onOpenChange(false);
        notify('Key revoked');
      },
    });
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-50 bg-shade transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <AlertDialog.Popup className="popup-motion fixed top-[22vh] left-1/2 z-60 w-100 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg border border-line bg-raised p-4 shadow-popover outline-none">
          <AlertDialog.Title className="text-md font-semibold">Revoke “{label}”?</AlertDialog.Title>
          <AlertDialog.Description className="mt-1.5 text-ink-2">
            Whoever uses it is refused within seconds, and this cannot be undone. What it has sent stays.
          </AlertDialog.Description>
          {lastUsedAt !== null && (
            <p className="mt-1.5 text-ink-2">
              It was used <TimeAgo at={lastUsedAt} />.
            </p>
          )}
          {revoke.isError && <p className="mt-2 text-sm text-failed-text">{failureMessage(revoke.error)}</p>}
          <div className="mt-4 flex justify-end gap-2">
            <AlertDialog.Close render={<Button size="lg" />}>Keep it</AlertDialog.Close>
            <Button look="danger" size="lg" disabled={revoke.isPending} onClick={confirm}>
              Revoke
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
