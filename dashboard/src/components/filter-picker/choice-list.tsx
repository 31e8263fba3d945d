import { Autocomplete } from '@base-ui/react/autocomplete';
import type { ReactElement } from 'react';
import { Icon } from '../icon.tsx';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
}

const listClass = 'max-h-72 overflow-y-auto overscroll-contain p-1';
const itemClass =
  'group flex h-7.5 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-[highlighted]:bg-highlight pointer-coarse:h-10';

/** Each step of a choice begins in its field, also when it comes after the popup has opened. */
function focus(element: HTMLInputElement | null): void {
  element?.focus();
}

/** A text field over a list that it narrows. */
export function ChoiceList({
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
  /** What is typed; whoever gives the choices narrows them. */
  readonly onSearch: (text: string) => void;
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
      filter={null}
      onValueChange={onSearch}
    >
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" className="text-ink-3" />
        <Autocomplete.Input
          ref={focus}
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
