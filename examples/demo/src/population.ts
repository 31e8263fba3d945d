import type { AttachmentClass, NetworkType } from '@weir/schemas/attributes';
import { type Random, weighted } from './random.ts';

/** Who asks: a person on a device on a network. */
export interface User {
  readonly id: string;
  readonly country: string;
  readonly network: Network;
  readonly plan: 'free' | 'pro' | 'enterprise';
}

export interface Network {
  readonly type: NetworkType;
  readonly subtype?: string;
  readonly carrier?: string;
  readonly proxy: boolean;
  readonly vpn: boolean;
}

/** What is asked for: which model through which client, with which file. */
export interface Question {
  readonly client: 'openai' | 'anthropic';
  readonly model: string;
  readonly attachment: AttachmentClass;
}

const wifi: Network = { type: 'wifi', proxy: false, vpn: false };
const networks: readonly (readonly [Network, number])[] = [
  [wifi, 46],
  [{ type: 'wifi', proxy: false, vpn: true }, 6],
  [{ type: 'wired', proxy: false, vpn: false }, 12],
  [{ type: 'wired', proxy: true, vpn: false }, 12],
  [{ type: 'cell', subtype: 'lte', carrier: 'Telekom', proxy: false, vpn: false }, 9],
  [{ type: 'cell', subtype: 'nr', carrier: 'Vodafone', proxy: false, vpn: false }, 9],
  [{ type: 'cell', subtype: 'lte', carrier: 'Orange', proxy: false, vpn: false }, 6],
];

const countries: readonly (readonly [string, number])[] = [
  ['US', 38],
  ['DE', 17],
  ['GB', 12],
  ['FR', 10],
  ['IN', 9],
  ['BR', 6],
  ['JP', 8],
];

const plans: readonly (readonly [User['plan'], number])[] = [
  ['free', 60],
  ['pro', 30],
  ['enterprise', 10],
];

const models: readonly (readonly [Pick<Question, 'client' | 'model'>, number])[] = [
  [{ client: 'openai', model: 'gpt-4.1' }, 26],
  [{ client: 'openai', model: 'gpt-4.1-mini' }, 24],
  [{ client: 'openai', model: 'gpt-5' }, 12],
  [{ client: 'anthropic', model: 'claude-sonnet-5' }, 26],
  [{ client: 'anthropic', model: 'claude-haiku-4-5' }, 12],
];

const attachments: readonly (readonly [AttachmentClass, number])[] = [
  ['none', 68],
  ['image', 14],
  ['pdf', 14],
  ['audio', 4],
];

/** @returns `size` users, the same for the same random source. */
export function population(random: Random, size: number): readonly User[] {
  return Array.from({ length: size }, (_, index) => ({
    id: `user-${index + 1}`,
    country: weighted(random, countries),
    network: weighted(random, networks),
    plan: weighted(random, plans),
  }));
}

/**
 * One question. Attachments go where the wire format takes them: audio to the OpenAI models only.
 */
export function question(random: Random): Question {
  const { client, model } = weighted(random, models);
  const attachment = weighted(random, attachments);
  return {
    client,
    model,
    attachment: client === 'anthropic' && attachment === 'audio' ? 'image' : attachment,
  };
}
