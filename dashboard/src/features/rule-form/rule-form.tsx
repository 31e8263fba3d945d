import { useNavigate } from '@tanstack/react-router';
import type { Rule } from '@weir/schemas/api';
import { type FormEvent, type ReactElement, useDeferredValue, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { FieldGroup, SpanField, TextField } from '../../components/fields.tsx';
import { FilterChip } from '../../components/filter-picker/filter-chip.tsx';
import { FilterPicker } from '../../components/filter-picker/filter-picker.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { failureMessage } from '../../lib/api/failure.ts';
import { useRules } from '../../lib/api/queries.ts';
import { useSaveRule } from '../../lib/api/rule-mutations.ts';
import { notify } from '../../lib/clipboard.ts';
import { ruleSentences } from '../../lib/rule-words.ts';
import { formatFilter, parseFilter, withFilter, withoutFilter } from '../../lib/scope/filter.ts';
import { useScope } from '../../lib/scope/use-scope.ts';
import { ChannelsField } from './channels-field.tsx';
import {
  checkDraft,
  type DraftProblems,
  draftOf,
  newDraft,
  type RuleDraft,
  recoveryPlaceholder,
} from './rule-draft.ts';
import { RulePreview } from './rule-preview.tsx';

const windows = [60, 120, 300, 600, 900, 1800, 3600, 21_600, 86_400];
const holds = [0, 30, 60, 120, 300, 600, 900, 1800];
const delays = [0, 15, 30, 60, 120, 300];

type Change = (next: Partial<RuleDraft>) => void;

interface PartProps {
  readonly draft: RuleDraft;
  readonly problems: DraftProblems;
  readonly change: Change;
}

function WatchedStreams({ draft, change }: PartProps): ReactElement {
  const [open, setOpen] = useState(false);
  const filters = draft.filters.map(parseFilter).filter((filter) => filter !== undefined);
  const set = (next: readonly (typeof filters)[number][]): void =>
    change({ filters: next.map(formatFilter) });
  return (
    <ul className="flex flex-wrap items-center gap-1.5" aria-label="Watched streams">
      {filters.map((filter) => (
        <FilterChip
          key={formatFilter(filter)}
          filter={filter}
          onReplace={(next) => set(withFilter(filters, next))}
          onRemove={() => set(withoutFilter(filters, filter))}
        />
      ))}
      <li className="flex items-center gap-2">
        <FilterPicker
          scope={{ range: { kind: 'relative', preset: '24h' }, filters }}
          open={open}
          onOpenChange={setOpen}
          onAdd={(filter) => set(withFilter(filters, filter))}
        />
        {filters.length === 0 && <span className="text-sm text-ink-3">all streams</span>}
      </li>
    </ul>
  );
}

function Limit({ draft, problems, change }: PartProps): ReactElement {
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label="Failure rate above"
        unit="%"
        numeric
        value={draft.thresholdPercent}
        problem={problems.threshold}
        onChange={(thresholdPercent) => change({ thresholdPercent })}
      />
      <SpanField
        label="Over the last"
        value={draft.windowSeconds}
        options={windows}
        onChange={(windowSeconds) => change({ windowSeconds })}
      />
      <TextField
        label="With at least, streams"
        numeric
        value={draft.minimumStreams}
        problem={problems.minimumStreams}
        onChange={(minimumStreams) => change({ minimumStreams })}
      />
      <TextField
        label="And at least, failures"
        numeric
        value={draft.minimumFailures}
        problem={problems.minimumFailures}
        onChange={(minimumFailures) => change({ minimumFailures })}
      />
      <SpanField
        label="Staying above for"
        value={draft.forSeconds}
        options={holds}
        onChange={(forSeconds) => change({ forSeconds })}
      />
      <SpanField
        label="Waiting for late spans"
        value={draft.delaySeconds}
        options={delays}
        onChange={(delaySeconds) => change({ delaySeconds })}
      />
    </div>
  );
}

function Recovery({ draft, problems, change }: PartProps): ReactElement {
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label="At or below"
        unit="%"
        numeric
        placeholder={recoveryPlaceholder(draft.thresholdPercent)}
        value={draft.recoveryPercent}
        problem={problems.recovery}
        onChange={(recoveryPercent) => change({ recoveryPercent })}
      />
      <SpanField
        label="Staying there for"
        value={draft.recoveryForSeconds}
        options={holds}
        onChange={(recoveryForSeconds) => change({ recoveryForSeconds })}
      />
    </div>
  );
}

function Form({
  rule,
  initial,
}: {
  readonly rule: Rule | undefined;
  readonly initial: RuleDraft;
}): ReactElement {
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const navigate = useNavigate();
  const save = useSaveRule();
  const checked = checkDraft(draft);
  const unnamed = checkDraft({ ...draft, name: 'preview', channels: [] });
  const previewed = useDeferredValue(unnamed.status === 'valid' ? unnamed.input : undefined);
  const problems = checked.status === 'invalid' && tried ? checked.problems : {};
  const change: Change = (next) => setDraft((before) => ({ ...before, ...next }));
  const leave = (): void =>
    void navigate({ to: '/alerts', search: (search) => ({ ...search, rule: undefined }) });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (checked.status === 'invalid') return;
    save.mutate(
      { id: rule?.id, input: checked.input },
      {
        onSuccess: () => {
          notify(rule === undefined ? 'Rule created' : 'Rule saved');
          leave();
        },
      },
    );
  };

  const part = { draft, problems, change };
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <form onSubmit={submit} noValidate className="rounded-lg border border-line bg-surface lg:col-span-5">
        <FieldGroup title="Name">
          <TextField
            label="As it stands in the notification"
            value={draft.name}
            placeholder="PDFs fail too often"
            problem={problems.name}
            onChange={(name) => change({ name })}
          />
        </FieldGroup>
        <FieldGroup title="Which streams" note="Values of one dimension are alternatives, dimensions narrow.">
          <WatchedStreams {...part} />
        </FieldGroup>
        <FieldGroup title="When it fires">
          <Limit {...part} />
        </FieldGroup>
        <FieldGroup title="When it recovers" note="A lower limit than for firing keeps it from flapping.">
          <Recovery {...part} />
        </FieldGroup>
        <FieldGroup title="Who is told">
          <ChannelsField
            channels={draft.channels}
            problem={problems.channels}
            onChange={(channels) => change({ channels })}
          />
        </FieldGroup>
        <div className="sticky bottom-0 flex flex-wrap items-center gap-2 rounded-b-lg border-t border-line bg-surface px-4 py-3 max-md:bottom-13">
          <Button type="submit" look="primary" size="lg" disabled={save.isPending}>
            {rule === undefined ? 'Create rule' : 'Save changes'}
          </Button>
          <Button size="lg" onClick={leave}>
            Cancel
          </Button>
          {save.isError && (
            <p className="basis-full text-sm text-failed-text">{failureMessage(save.error)}</p>
          )}
          {tried && checked.status === 'invalid' && (
            <p className="text-sm text-failed-text">Some fields need attention.</p>
          )}
        </div>
      </form>
      <div className="space-y-3 lg:sticky lg:top-17 lg:col-span-7">
        <RulePreview input={previewed} />
        {unnamed.status === 'valid' && (
          <p className="px-1 text-sm text-pretty text-ink-3">{ruleSentences(unnamed.input)}</p>
        )}
      </div>
    </div>
  );
}

/** Makes a new rule, or changes one. */
export function RuleForm({ id }: { readonly id: string }): ReactElement {
  const rules = useRules();
  const { filters } = useScope();
  if (id === 'new') return <Form rule={undefined} initial={newDraft(filters.map(formatFilter))} />;
  return (
    <QueryBody query={rules} skeleton={<div className="skeleton h-120" />}>
      {(data) => {
        const rule = data.rules.find((candidate) => candidate.id === id);
        if (rule === undefined)
          return <p className="py-10 text-center text-ink-2">This rule no longer exists.</p>;
        return <Form key={id} rule={rule} initial={draftOf(rule)} />;
      }}
    </QueryBody>
  );
}
