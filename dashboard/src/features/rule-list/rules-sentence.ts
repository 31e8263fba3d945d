import type { Rule } from '@weir/schemas/api';

/** @returns the state of all rules in a sentence. */
export function describeRules(rules: readonly Pick<Rule, 'state' | 'channels' | 'enabled'>[]): string {
  if (rules.length === 0) return 'No alert rule watches your streams.';
  const firing = rules.filter(({ state }) => state.status === 'firing').length;
  const failing = rules.filter(({ state }) => state.status === 'error').length;
  const mute = rules.filter(({ enabled, channels }) => enabled && channels.length === 0).length;
  const watching = rules.length === 1 ? 'One rule watches' : `${rules.length} rules watch`;
  const clauses = [
    firing === 0 ? 'none is firing' : `${firing} ${firing === 1 ? 'is' : 'are'} firing`,
    ...(failing > 0 ? [`${failing} cannot be evaluated`] : []),
    ...(mute > 0 ? [`${mute} ${mute === 1 ? 'tells' : 'tell'} nobody`] : []),
  ];
  return `${watching} your streams: ${clauses.join(', ')}.`;
}
