import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { Rule } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { failureMessage } from '../../lib/api/failure.ts';
import { useDeleteRule } from '../../lib/api/rule-mutations.ts';
import { notify } from '../../lib/clipboard.ts';

/** Asks before a rule is deleted. */
export function DeleteRuleDialog({
  rule,
  open,
  onOpenChange,
}: {
  readonly rule: Rule;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}): ReactElement {
  const remove = useDeleteRule();
  const confirm = (): void =>
    remove.mutate(rule.id, {
      onSuccess: () => {
        onOpenChange(false);
        notify('Rule deleted');
      },
    });
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-50 bg-shade transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <AlertDialog.Popup className="popup-motion fixed top-[22vh] left-1/2 z-60 w-100 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg border border-line bg-raised p-4 shadow-popover outline-none">
          <AlertDialog.Title className="text-md font-semibold">Delete “{rule.name}”?</AlertDialog.Title>
          <AlertDialog.Description className="mt-1.5 text-ink-2">
            Nobody is alerted by it any more.
            {rule.state.incidentId !== null && ' Its open incident is resolved.'} Past incidents stay. To
            pause it, switch it off instead.
          </AlertDialog.Description>
          {remove.isError && <p className="mt-2 text-sm text-failed-text">{failureMessage(remove.error)}</p>}
          <div className="mt-4 flex justify-end gap-2">
            <AlertDialog.Close render={<Button size="lg" />}>Keep it</AlertDialog.Close>
            <Button look="danger" size="lg" disabled={remove.isPending} onClick={confirm}>
              Delete
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
