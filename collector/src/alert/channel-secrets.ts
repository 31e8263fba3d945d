import { createHash } from 'node:crypto';
import type { Channel } from '@weir/schemas/api';

/** Comes after the origin in the place of path and query, which are the secret. */
const MASK = /^\/\*{3}[0-9a-f]{8}$/;

/**
 * The channel with the secret part of its address hidden: `https://hooks.slack.com/***1f3a5b7c`. The last digits tell
 * two channels of one host apart and reveal nothing.
 *
 * @param ruleId keeps the digits of one address different from rule to rule
 */
export function maskedChannel(channel: Channel, ruleId: string): Channel {
  const digits = createHash('sha256').update(`${ruleId}\n${channel.url}`).digest('hex').slice(0, 8);
  return { ...channel, url: `${new URL(channel.url).origin}/***${digits}` };
}

export type RestoredChannels =
  | { readonly status: 'restored'; readonly channels: Channel[] }
  /** A masked address that belongs to no stored channel. */
  | { readonly status: 'unknown'; readonly index: number };

/** Puts the stored address in the place of each masked one that came back. */
export function restoredChannels(
  sent: readonly Channel[],
  stored: readonly Channel[],
  ruleId: string,
): RestoredChannels {
  const byMask = new Map(stored.map((channel) => [maskedChannel(channel, ruleId).url, channel.url]));
  const channels: Channel[] = [];
  for (const [index, channel] of sent.entries()) {
    const url = isMasked(channel.url) ? byMask.get(channel.url) : channel.url;
    if (url === undefined) return { status: 'unknown', index };
    channels.push({ ...channel, url });
  }
  return { status: 'restored', channels };
}

function isMasked(url: string): boolean {
  return MASK.test(new URL(url).pathname);
}
