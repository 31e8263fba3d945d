import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Rule, RuleInput, RuleTest } from '@weir/schemas/api';
import { useApi } from './api-context.ts';

/** Changes of rules. Each asks for the list again when it is done. */
function useRuleChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['rules'] });
    },
  });
}

export interface RuleSave {
  /** Undefined for a rule that does not exist yet. */
  readonly id: string | undefined;
  readonly input: RuleInput;
}

export function useSaveRule(): UseMutationResult<Rule, Error, RuleSave> {
  const { client } = useApi();
  return useRuleChange(({ id, input }: RuleSave) =>
    id === undefined ? client.createRule(input) : client.updateRule(id, input),
  );
}

export function useDeleteRule(): UseMutationResult<void, Error, string> {
  const { client } = useApi();
  return useRuleChange((id: string) => client.deleteRule(id));
}

/** Sends a test notification to every channel of a stored rule. */
export function useTestRule(): UseMutationResult<RuleTest, Error, string> {
  const { client } = useApi();
  return useMutation({ mutationFn: (id: string) => client.testRule(id) });
}

/** @returns the part of a rule that a client may send. */
export function ruleInputOf(rule: Rule): RuleInput {
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, state: _state, ...input } = rule;
  return input;
}
