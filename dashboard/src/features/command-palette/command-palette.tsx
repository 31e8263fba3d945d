import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { useApi } from '../../lib/api/api-context.ts';
import { dimensionName, outcomeOfReason, valueName } from '../../lib/format/names.ts';
import { formatCount } from '../../lib/format/numbers.ts';
import { useDebounced } from '../../lib/use-debounced.ts';
import { type Command, type CommandGroup, commandsFor, looksLikeId } from './commands.ts';
import { useCommandActions } from './use-command-actions.ts';

/** Ids are looked for this far back. */
const lookBackMs = 31 * 86_400_000;

function useStreamsById(text: string) {
  const { client } = useApi();
  const id = text.trim();
  return useQuery({
    queryKey: ['streams-by-id', id],
    enabled: looksLikeId(id),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const toMs = Date.now();
      return client.streams(
        { fromMs: toMs - lookBackMs, toMs, filters: [] },
        { limit: 5, search: id },
        signal,
      );
    },
  });
}

function useValueCommands(dimension: string | undefined, text: string): readonly CommandGroup[] {
  const { client } = useApi();
  const values = useQuery({
    queryKey: ['palette-values', dimension, text],
    enabled: dimension !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const toMs = Date.now();
      return client.dimensionValues(
        { fromMs: toMs - 86_400_000, toMs, filters: [] },
        dimension ?? '',
        text,
        signal,
      );
    },
  });
  if (dimension === undefined) return [];
  const items = (values.data?.values ?? []).map(
    ({ value, streams }): Command => ({
      value,
      label: valueName(dimension, value),
      icon: 'filter',
      detail: `${formatCount(streams)} streams in 24 h`,
      action: { type: 'dimension', dimension },
    }),
  );
  return [{ value: `${dimensionName(dimension)} is`, items }];
}

function CommandLine({
  command,
  dimension,
}: {
  readonly command: Command;
  readonly dimension: string | undefined;
}): ReactElement {
  return (
    <>
      {dimension === 'outcome' ? (
        <OutcomeMark outcome={command.value} />
      ) : dimension === 'reason' ? (
        <OutcomeMark outcome={outcomeOfReason(command.value)} />
      ) : (
        <Icon name={command.icon} className="text-ink-3" />
      )}
      <span className="truncate">{command.label}</span>
      <span className="ml-auto shrink-0 text-xs text-ink-3">{command.detail}</span>
    </>
  );
}

/** Everything by keyboard: pages, filters, time, actions, and any stream by one of its ids. */
export default function CommandPalette({
  open,
  onOpenChange,
  onHelp,
}: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onHelp: () => void;
}): ReactElement {
  const [text, setText] = useState('');
  const [dimension, setDimension] = useState<string>();
  const asked = useDebounced(text);
  const streams = useStreamsById(dimension === undefined ? asked : '');
  const values = useValueCommands(dimension, dimension === undefined ? '' : asked);
  const { run, filterBy } = useCommandActions(onHelp);
  const found = looksLikeId(text.trim()) ? (streams.data?.rows ?? []) : [];
  const groups = dimension === undefined ? commandsFor(text, found) : values;

  const choose = (command: Command): void => {
    if (command.action.type === 'dimension' && dimension === undefined) {
      setDimension(command.action.dimension);
      setText('');
      return;
    }
    onOpenChange(false);
    if (dimension === undefined) run(command.action);
    else filterBy(dimension, command.value);
  };

  return (
    <Dialog.Root
      open={open}
      onOpenChange={onOpenChange}
      onOpenChangeComplete={(isOpen) => {
        if (isOpen) return;
        setText('');
        setDimension(undefined);
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-50 bg-shade transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup
          aria-label="Command palette"
          className="popup-motion fixed top-[12vh] left-1/2 z-60 flex max-h-[min(30rem,76vh)] w-150 max-w-[calc(100vw-1.5rem)] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line-strong bg-raised shadow-popover outline-none"
        >
          <Autocomplete.Root
            open
            inline
            items={groups}
            filter={null}
            value={text}
            onValueChange={setText}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(command: Command) => command.label}
          >
            <div className="flex shrink-0 items-center gap-2.5 border-b border-line px-4">
              <Icon name="search" className="text-ink-3" />
              {dimension !== undefined && (
                <span className="shrink-0 rounded-sm bg-sunken px-1.5 text-sm text-ink-2">
                  {dimensionName(dimension)}
                </span>
              )}
              <Autocomplete.Input
                aria-label="Search pages, filters, actions and streams"
                placeholder={
                  dimension === undefined ? 'Search, or paste a trace, request or user id…' : 'Which value?'
                }
                onKeyDown={(event) => {
                  if (event.key === 'Backspace' && text === '' && dimension !== undefined)
                    setDimension(undefined);
                }}
                className="h-12 w-full bg-transparent text-md outline-none placeholder:text-ink-3"
              />
              <Dialog.Close className="sr-only">Close</Dialog.Close>
            </div>
            <Autocomplete.Empty className="px-4 py-6 text-center text-sm text-ink-3 empty:hidden">
              Nothing matches.
            </Autocomplete.Empty>
            <Autocomplete.List className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1.5">
              {(group: CommandGroup) => (
                <Autocomplete.Group key={group.value} items={[...group.items]} className="mb-1 last:mb-0">
                  <Autocomplete.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs text-ink-3">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(command: Command) => (
                      <Autocomplete.Item
                        key={command.value}
                        value={command}
                        onClick={() => choose(command)}
                        className="flex h-8.5 cursor-default items-center gap-2.5 rounded-md px-2.5 text-base outline-none select-none data-[highlighted]:bg-highlight pointer-coarse:h-11"
                      >
                        <CommandLine command={command} dimension={dimension} />
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            <div className="flex shrink-0 items-center gap-3 border-t border-line px-4 py-2 text-2xs text-ink-3">
              <span className="flex items-center gap-1">
                <Kbd>↑</Kbd>
                <Kbd>↓</Kbd> choose
              </span>
              <span className="flex items-center gap-1">
                <Kbd>↵</Kbd> open
              </span>
              <span className="flex items-center gap-1">
                <Kbd>esc</Kbd> close
              </span>
            </div>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
