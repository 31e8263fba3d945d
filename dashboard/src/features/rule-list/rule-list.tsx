import { Link } from '@tanstack/react-router';
import type { Rule } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { buttonClass } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { useRules } from '../../lib/api/queries.ts';
import { RuleRow } from './rule-row.tsx';
import { describeRules } from './rules-sentence.ts';

function Empty(): ReactElement {
  return (
    <div className="px-4 py-16 text-center">
      <p className="font-medium">No rule watches yet</p>
      <p className="mx-auto mt-1 max-w-md text-ink-2">
        A rule fires when the failure rate of some streams stays above a limit. You see what it would have
        done on your own past data before you save it.
      </p>
    </div>
  );
}

function byState(a: Rule, b: Rule): number {
  const rank = ({ state }: Rule): number =>
    ['firing', 'error', 'recovering', 'pending', 'inactive', 'no_data', 'disabled'].indexOf(state.status);
  return rank(a) - rank(b) || a.name.localeCompare(b.name);
}

/** All alert rules with their live state. */
export function RuleList(): ReactElement {
  const rules = useRules();
  return (
    <div className="space-y-4">
      <div className="flex min-h-14 flex-wrap items-start justify-between gap-3 py-1">
        <h1 className="max-w-[60rem] text-lg text-ink-2 sm:text-xl">
          {rules.data === undefined ? (
            <span className="skeleton block h-7 w-72" />
          ) : (
            describeRules(rules.data.rules)
          )}
        </h1>
        <Link
          to="/alerts"
          search={(search) => ({ ...search, rule: 'new' })}
          className={buttonClass({ look: 'primary', size: 'lg' })}
        >
          <Icon name="plus" className="-ml-0.5" />
          New rule
        </Link>
      </div>
      <QueryBody query={rules} skeleton={<div className="skeleton h-72" />}>
        {(data) => (
          <div className="rounded-lg border border-line bg-surface">
            {data.rules.length === 0 ? (
              <Empty />
            ) : (
              <ul className="divide-y divide-line">
                {data.rules.toSorted(byState).map((rule) => (
                  <RuleRow key={rule.id} rule={rule} />
                ))}
              </ul>
            )}
          </div>
        )}
      </QueryBody>
    </div>
  );
}
