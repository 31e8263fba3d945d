import { RuleInput } from '@weir/schemas/api';
import { Default, Parse } from 'typebox/value';
import type { RuleStore, StoredRule } from './store/rule-store.ts';

/** What a new installation watches before anybody has written a rule. It tells nobody until it is given a channel. */
const defaultRules: readonly { readonly id: string; readonly definition: Partial<RuleInput> }[] = [
  {
    id: 'default-failure-rate',
    definition: { name: 'Failure rate above 10 % over 5 minutes', threshold: 0.1, windowSeconds: 300 },
  },
];

/** Creates the default rules unless there is or has been any rule: what somebody deleted stays deleted. */
export async function createDefaultRules(rules: RuleStore, now: number): Promise<readonly StoredRule[]> {
  if (await rules.hasEverHeldOne()) return [];
  const created = defaultRules.map(({ id, definition }) => ({
    id,
    version: 1,
    createdAt: now,
    updatedAt: now,
    definition: Parse(RuleInput, Default(RuleInput, definition)),
  }));
  for (const rule of created) await rules.put(rule);
  return created;
}
