import type { Channel, RuleInput } from '@weir/schemas/api';
import { parseFilters } from '../query/filter.ts';
import { restoredChannels } from './channel-secrets.ts';
import { isPrivateLiteral } from './channels/private-address.ts';

export type CheckedRule =
  | { readonly status: 'ok'; readonly definition: RuleInput }
  | {
      readonly status: 'invalid';
      readonly code: 'invalid-request' | 'invalid-filter' | 'unknown-dimension';
      /** Begins with the name of the field. */
      readonly message: string;
    };

export interface RuleInputContext {
  readonly ruleId: string;
  /** The channels of the rule as stored, whose masked addresses may come back; empty for a new rule. */
  readonly storedChannels: readonly Channel[];
  readonly allowPrivateWebhooks: boolean;
}

/** Checks what the schema cannot say, and puts the addresses back that were masked. */
export function checkedRule(input: RuleInput, context: RuleInputContext): CheckedRule {
  const filters = parseFilters(input.filters);
  if (filters.status === 'invalid') return { ...filters, message: `filters: ${filters.message}` };
  const { threshold, recoveryThreshold } = input;
  if (recoveryThreshold !== undefined && recoveryThreshold > threshold) {
    return invalid(
      'recoveryThreshold',
      `${recoveryThreshold} is above the threshold of ${threshold}. Use at most the threshold, or leave it out for 0.8 of it.`,
    );
  }
  if (input.name.trim() === '') return invalid('name', 'is blank. Say what the rule watches.');
  return checkedChannels(input, context);
}

function checkedChannels(input: RuleInput, context: RuleInputContext): CheckedRule {
  for (const [index, { url }] of input.channels.entries()) {
    const objection = objectionTo(url, context.allowPrivateWebhooks);
    if (objection !== null) return invalid(`channels[${index}].url`, objection);
  }
  const restored = restoredChannels(input.channels, context.storedChannels, context.ruleId);
  if (restored.status === 'unknown') {
    return invalid(
      `channels[${restored.index}].url`,
      'is masked and matches no stored address of this rule. Send the address in full.',
    );
  }
  return { status: 'ok', definition: { ...input, channels: restored.channels } };
}

/** Names are decided about when a connection is made; what is plain now is said now. */
function objectionTo(url: string, allowPrivate: boolean): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    return 'is not an http:// or https:// address.';
  }
  if (allowPrivate || !isPrivateLiteral(parsed)) return null;
  return `${parsed.hostname} is a private address, which webhooks must not reach. Allow it with WEIR_ALLOW_PRIVATE_WEBHOOKS=true.`;
}

function invalid(field: string, what: string): CheckedRule {
  return { status: 'invalid', code: 'invalid-request', message: `${field}: ${what}` };
}
