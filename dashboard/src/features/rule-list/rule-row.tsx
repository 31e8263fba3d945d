import { Menu } from '@base-ui/react/menu';
import { Switch } from '@base-ui/react/switch';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Rule, RuleStatus } from '@weir/schemas/api';
import { type ReactElement, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { FilterTags } from '../../components/filter-tags.tsx';
import { Hint } from '../../components/hint.tsx';
import { Icon } from '../../components/icon.tsx';
import { StatusMark, type StatusTone } from '../../components/status-mark.tsx';
import { TimeAgo } from '../../components/time-text.tsx';
import { failureMessage } from '../../lib/api/failure.ts';
import { ruleInputOf, useSaveRule, useTestRule } from '../../lib/api/rule-mutations.ts';
import { notify } from '../../lib/clipboard.ts';
import { formatExactCount, formatRate } from '../../lib/format/numbers.ts';
import { conditionWords, ruleStatusMeanings, ruleStatusNames } from '../../lib/rule-words.ts';
import { DeleteRuleDialog } from './delete-rule-dialog.tsx';
import { TestResult } from './test-result.tsx';

const tones: Readonly<Record<RuleStatus, StatusTone>> = {
  inactive: 'good',
  pending: 'warn',
  firing: 'bad',
  recovering: 'warn',
  no_data: 'quiet',
  error: 'bad',
  disabled: 'quiet',
};

const itemClass =
  'flex h-7.5 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-highlight data-[disabled]:opacity-50 pointer-coarse:h-10';

function EnabledSwitch({ rule }: { readonly rule: Rule }): ReactElement {
  const save = useSaveRule();
  const enabled = save.isPending ? save.variables.input.enabled : rule.enabled;
  return (
    <Switch.Root
      checked={enabled}
      aria-label={`${rule.name} is switched on`}
      onCheckedChange={(checked) =>
        save.mutate(
          { id: rule.id, input: { ...ruleInputOf(rule), enabled: checked } },
          { onError: (error) => notify(failureMessage(error)) },
        )
      }
      className="flex h-4.5 w-8 shrink-0 rounded-full bg-line-strong p-0.5 transition-colors duration-100 data-[checked]:bg-accent-fill"
    >
      <Switch.Thumb className="size-3.5 rounded-full bg-on-accent transition-transform duration-100 data-[checked]:translate-x-3.5" />
    </Switch.Root>
  );
}

function RuleMenu({ rule, onTest }: { readonly rule: Rule; readonly onTest: () => void }): ReactElement {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger render={<Button look="ghost" size="icon" aria-label={`Options of ${rule.name}`} />}>
          <Icon name="more" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="end" className="z-50">
            <Menu.Popup className="popup-motion min-w-48 rounded-lg border border-line bg-raised p-1 shadow-popover outline-none">
              <Menu.Item
                className={itemClass}
                onClick={() =>
                  void navigate({ to: '/alerts', search: (search) => ({ ...search, rule: rule.id }) })
                }
              >
                <Icon name="edit" className="text-ink-3" />
                Edit
              </Menu.Item>
              <Menu.Item className={itemClass} disabled={rule.channels.length === 0} onClick={onTest}>
                <Icon name="bolt" className="text-ink-3" />
                Send a test notification
              </Menu.Item>
              <Menu.Separator className="my-1 h-px bg-line" />
              <Menu.Item className={`${itemClass} text-failed-text`} onClick={() => setDeleting(true)}>
                <Icon name="trash" />
                Delete…
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <DeleteRuleDialog rule={rule} open={deleting} onOpenChange={setDeleting} />
    </>
  );
}

function LiveState({ rule }: { readonly rule: Rule }): ReactElement {
  const { state, threshold } = rule;
  const share = state.failureRate === null ? 0 : Math.min(1, state.failureRate / (threshold * 2));
  return (
    <div className="text-sm">
      <p className="flex items-baseline justify-between gap-2">
        <span className={`font-medium ${state.status === 'firing' ? 'text-failed-text' : ''}`}>
          {formatRate(state.failureRate)}
        </span>
        <span className="text-xs text-ink-3">
          {formatExactCount(state.failed)} of {formatExactCount(state.streams)}
        </span>
      </p>
      <div className="relative mt-1 h-1.5 rounded-full bg-sunken" aria-hidden="true">
        <div
          className={`h-full rounded-full ${state.status === 'firing' ? 'bg-failed' : 'bg-completed'}`}
          style={{ width: `${share * 100}%` }}
        />
        <div
          className="absolute -inset-y-0.5 left-1/2 w-px bg-ink-2"
          title={`limit ${formatRate(threshold)}`}
        />
      </div>
    </div>
  );
}

function channelWords({ channels }: Rule): string {
  if (channels.length === 0) return 'tells nobody';
  return channels.map(({ type }) => (type === 'slack' ? 'Slack' : 'webhook')).join(', ');
}

/** One rule: what it watches, how it stands, and what can be done with it. */
export function RuleRow({ rule }: { readonly rule: Rule }): ReactElement {
  const test = useTestRule();
  const { state } = rule;
  return (
    <li className="px-4 py-3">
      <div className="grid items-center gap-x-5 gap-y-2 md:grid-cols-[8rem_minmax(0,1fr)_9rem_auto]">
        <div className="flex items-center gap-2 md:block">
          <Hint text={state.detail ?? ruleStatusMeanings[state.status]}>
            <button type="button" className="rounded-full">
              <StatusMark tone={tones[state.status]}>{ruleStatusNames[state.status]}</StatusMark>
            </button>
          </Hint>
          <p className="text-xs text-ink-3 md:mt-0.5 md:pl-1">
            since <TimeAgo at={state.since} />
          </p>
        </div>
        <div className="min-w-0">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to="/alerts"
              search={(search) => ({ ...search, rule: rule.id })}
              className="rounded-sm font-medium hover:underline"
            >
              {rule.name}
            </Link>
            {state.incidentId !== null && (
              <Link
                to="/incidents/$id"
                params={{ id: state.incidentId }}
                className="rounded-sm text-sm text-failed-text hover:underline"
              >
                open incident
              </Link>
            )}
          </p>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-2">
            <FilterTags filters={rule.filters} />
            <span>{conditionWords(rule)}</span>
            <span className="text-ink-3">· {channelWords(rule)}</span>
          </p>
        </div>
        {state.status === 'disabled' ? <span /> : <LiveState rule={rule} />}
        <div className="flex items-center justify-end gap-2 max-md:justify-between">
          <EnabledSwitch rule={rule} />
          <RuleMenu rule={rule} onTest={() => test.mutate(rule.id)} />
        </div>
      </div>
      <TestResult test={test} />
    </li>
  );
}
