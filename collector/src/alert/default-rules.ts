import { RuleInput } from '@weir/schemas/api';
import { Default, Parse } from 'typebox/value';
import type { RuleStore, StoredRule } from './store/rule-store.ts';

/** What a new project is watched for before anybody has written a rule. It tells nobody until it is given a channel. */
const defaultRules: readonly { readonly name: string; readonly definition: Partial<RuleInput> }[] = [
  {
    name: 'failure-rate',
    definition: { name: 'Failure rate above 10 % over 5 minutes', threshold: 0.1, windowSeconds: 300 },
  },
];

/** Creates the default rules of a project unless it has or had any rule: what somebody deleted stays deleted. */
export async function createDefaultRules(
  rules: Pick<RuleStore, 'hasEverHeldOne' | 'put'>,
  project: string,
  now: number,
): Promise<readonly StoredRule[]> {
  if (await rules.hasEverHeldOne(project)) return [];
  const created = defaultRules.map(({ name, definition }) => ({
    id: `${project}-${name}`,
    project,
    version: 1,
    createdAt: now,
    updatedAt: now,
    definition: Parse(RuleInput, Default(RuleInput, definition)),
  }));
  for (const rule of created) await rules.put(rule);
  return created;
}
