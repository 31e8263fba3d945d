import type { CreatedKey } from '@weir/schemas/api';
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Field, inputClass, selectClass, TextField } from '../../components/fields.tsx';
import { Panel } from '../../components/panel.tsx';
import { failureMessage } from '../../lib/api/failure.ts';
import { useCreateKey } from '../../lib/api/key-mutations.ts';
import { useProjects } from '../../lib/api/queries.ts';
import { useProject } from '../../lib/scope/use-scope.ts';
import { checkDraft, type DraftProblems, type KeyDraft, newDraft } from './key-draft.ts';

/** A project by its name: one that is there, or a new one. */
function ProjectField({
  value,
  problem,
  onChange,
}: {
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (project: string) => void;
}): ReactElement {
  const projects = useProjects();
  const listId = useId();
  return (
    <Field label="Project" problem={problem}>
      {({ id, describedBy }) => (
        <>
          <input
            id={id}
            list={listId}
            value={value}
            autoComplete="off"
            aria-invalid={problem !== undefined}
            aria-describedby={describedBy}
            onChange={(event) => onChange(event.target.value)}
            className={inputClass}
          />
          <datalist id={listId}>
            {projects.data?.projects.map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function PurposeField({
  value,
  onChange,
}: {
  readonly value: boolean;
  readonly onChange: (reads: boolean) => void;
}): ReactElement {
  return (
    <Field label="What it does">
      {({ id }) => (
        <select
          id={id}
          value={value ? 'read' : 'send'}
          onChange={(event) => onChange(event.target.value === 'read')}
          className={selectClass}
        >
          <option value="send">sends streams</option>
          <option value="read">reads answers</option>
        </select>
      )}
    </Field>
  );
}

/** What a new key is for. */
export function KeyForm({
  isFirst,
  onCreated,
}: {
  /** Whether it will be the key from which on every sender needs one. */
  readonly isFirst: boolean;
  readonly onCreated: (created: CreatedKey) => void;
}): ReactElement {
  const [draft, setDraft] = useState<KeyDraft>(newDraft(useProject()));
  const [problems, setProblems] = useState<DraftProblems>({});
  const create = useCreateKey();
  const change = (changes: Partial<KeyDraft>): void => setDraft({ ...draft, ...changes });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const checked = checkDraft(draft);
    setProblems(checked.status === 'invalid' ? checked.problems : {});
    if (checked.status === 'valid') create.mutate(checked.input, { onSuccess: onCreated });
  };
  return (
    <Panel title="New key">
      <form onSubmit={submit} noValidate>
        <div className="grid grid-cols-1 gap-x-4 gap-y-3 pt-1 sm:grid-cols-2 lg:grid-cols-[1fr_0.8fr_0.8fr_1.5fr_0.8fr]">
          <TextField
            label="What uses it"
            value={draft.label}
            problem={problems.label}
            placeholder="web shop"
            onChange={(label) => change({ label })}
          />
          <ProjectField
            value={draft.project}
            problem={problems.project}
            onChange={(project) => change({ project })}
          />
          <PurposeField value={draft.reads} onChange={(reads) => change({ reads })} />
          {!draft.reads && (
            <>
              <TextField
                label="Pages that may use it (empty: all)"
                value={draft.origins}
                problem={problems.origins}
                placeholder="https://shop.example"
                onChange={(origins) => change({ origins })}
              />
              <TextField
                label="Most spans per second"
                value={draft.spansPerSecond}
                problem={problems.spansPerSecond}
                placeholder="unlimited"
                numeric
                onChange={(spansPerSecond) => change({ spansPerSecond })}
              />
            </>
          )}
        </div>
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button type="submit" look="primary" size="lg" disabled={create.isPending}>
            Create key
          </Button>
          {isFirst && !draft.reads && (
            <p className="text-sm text-limited-text">
              It is the first one: senders without a key are refused from then on.
            </p>
          )}
          {create.isError && (
            <p role="alert" className="text-sm text-failed-text">
              {failureMessage(create.error)}
            </p>
          )}
        </div>
      </form>
    </Panel>
  );
}
