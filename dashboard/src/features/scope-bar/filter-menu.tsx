import { Autocomplete } from '@base-ui/react/autocomplete';
import { Popover } from '@base-ui/react/popover';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { OutcomeMark, outcomeOfReason } from '../../components/outcome-mark.tsx';
import { useApi } from '../../lib/api/api-context.ts';
import { failureMessage } from '../../lib/api/failure.ts';
import { askedScope, scopedQueryKey } from '../../lib/api/queries.ts';
import { dimensionName, filterDimensions, valueName } from '../../lib/format/names.ts';
import { formatCount, formatRate } from '../../lib/format/numbers.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { shortcuts, useShortcut } from '../../lib/shortcuts.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
}

const listClass = 'max-h-72 overflow-y-auto overscroll-contain p-1';
const itemClass =
  'group flex h-7.5 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-[highlighted]:bg-sunken pointer-coarse:h-10';

/** A text field over a list that it narrows. */
function ChoiceList({
  label,
  placeholder,
  choices,
  note,
  onSearch,
  onChoose,
  mark,
  onExclude,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly choices: readonly Choice[];
  readonly note?: string | undefined;
  /** Given when the server narrows the list. */
  readonly onSearch?: (text: string) => void;
  readonly onChoose: (value: string) => void;
  readonly mark?: (value: string) => ReactElement | null;
  readonly onExclude?: (value: string) => void;
}): ReactElement {
  return (
    <Autocomplete.Root
      open
      inline
      items={choices}
      autoHighlight="always"
      itemToStringValue={(choice: Choice) => choice.label}
      {...(onSearch === undefined ? {} : { filter: null, onValueChange: onSearch })}
    >
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" className="text-ink-3" />
        <Autocomplete.Input
          aria-label={label}
          placeholder={placeholder}
          className="h-9 w-full bg-transparent text-sm outline-none placeholder:text-ink-3"
        />
      </div>
      <Autocomplete.Empty className="px-3 py-4 text-sm text-ink-3 empty:hidden">
        {note ?? 'Nothing matches.'}
      </Autocomplete.Empty>
      <Autocomplete.List className={listClass}>
        {(choice: Choice) => (
          <Autocomplete.Item
            key={choice.value}
            value={choice}
            className={itemClass}
            onClick={() => onChoose(choice.value)}
          >
            {mark?.(choice.value)}
            <span className="truncate">{choice.label}</span>
            <span className="ml-auto shrink-0 text-xs text-ink-3">{choice.detail}</span>
            {onExclude !== undefined && (
              <button
                type="button"
                tabIndex={-1}
                aria-label={`Exclude ${choice.label}`}
                title="Exclude"
                onClick={(event) => {
                  event.stopPropagation();
                  onExclude(choice.value);
                }}
                className="-mr-1 grid size-5 place-items-center rounded-sm text-ink-3 opacity-0 group-hover:opacity-100 hover:bg-surface hover:text-failed-text group-data-[highlighted]:opacity-100"
              >
                <Icon name="exclude" className="size-3.5" />
              </button>
            )}
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function useDimensionValues(dimension: string, search: string) {
  const { client, clock } = useApi();
  const scope = useScope();
  // Values of one dimension are alternatives: those already chosen must not hide the others.
  const others = { ...scope, filters: scope.filters.filter((filter) => filter.dimension !== dimension) };
  return useQuery({
    queryKey: scopedQueryKey('dimension-values', others, { dimension, search }),
    queryFn: ({ signal }) =>
      client.dimensionValues(askedScope(others, clock.nowMs()), dimension, search, signal),
    placeholderData: keepPreviousData,
  });
}

function ValueChoices({
  dimension,
  onDone,
}: {
  readonly dimension: string;
  readonly onDone: () => void;
}): ReactElement {
  const [search, setSearch] = useState('');
  const values = useDimensionValues(dimension, search);
  const { addFilter } = useScopeActions();
  const found = values.data?.values ?? [];
  const typed: readonly Choice[] =
    search !== '' && !found.some(({ value }) => value === search)
      ? [{ value: search, label: search, detail: 'as typed' }]
      : [];
  const choices = [
    ...found.map(({ value, streams, failed }) => ({
      value,
      label: valueName(dimension, value),
      detail: `${formatCount(streams)} · ${formatRate(streams > 0 ? failed / streams : null)} failed`,
    })),
    ...typed,
  ];
  const choose = (value: string, exclude: boolean): void => {
    addFilter({ dimension, value, exclude });
    onDone();
  };
  const mark = (value: string): ReactElement | null => {
    if (dimension === 'outcome') return <OutcomeMark outcome={value} />;
    return dimension === 'reason' ? <OutcomeMark outcome={outcomeOfReason(value)} /> : null;
  };
  const note =
    values.error === null ? (values.isPending ? 'Looking…' : undefined) : failureMessage(values.error);
  return (
    <ChoiceList
      label={`Value of ${dimensionName(dimension)}`}
      placeholder={`${dimensionName(dimension)} is…`}
      choices={choices}
      note={note}
      onSearch={setSearch}
      onChoose={(value) => choose(value, false)}
      onExclude={(value) => choose(value, true)}
      mark={mark}
    />
  );
}

const dimensionChoices: readonly Choice[] = filterDimensions.map((value) => ({
  value,
  label: dimensionName(value),
}));

/** First the dimension, then its value. */
export function FilterMenu(): ReactElement {
  const [open, setOpen] = useState(false);
  const [dimension, setDimension] = useState<string>();
  useShortcut(shortcuts.filter, () => setOpen(true));
  const { filters } = useScope();
  return (
    <Popover.Root
      open={open}
      onOpenChange={setOpen}
      onOpenChangeComplete={(isOpen) => {
        if (!isOpen) setDimension(undefined);
      }}
    >
      <Popover.Trigger
        render={<Button look={filters.length === 0 ? 'outline' : 'ghost'} aria-keyshortcuts="f" />}
      >
        <Icon name={filters.length === 0 ? 'filter' : 'plus'} className="-ml-0.5" />
        Filter
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="z-50">
          <Popover.Popup
            aria-label="Add a filter"
            className="popup-motion w-76 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-raised shadow-popover outline-none"
          >
            {dimension === undefined ? (
              <ChoiceList
                key="dimensions"
                label="Dimension"
                placeholder="Filter by…"
                choices={dimensionChoices}
                onChoose={setDimension}
              />
            ) : (
              <ValueChoices key={dimension} dimension={dimension} onDone={() => setOpen(false)} />
            )}
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
