import { describe, expect, it } from 'vitest';
import { maskedChannel, restoredChannels } from './channel-secrets.ts';

const slack = { type: 'slack', url: 'https://hooks.slack.com/services/T0/B0/secret' } as const;
const other = { type: 'slack', url: 'https://hooks.slack.com/services/T0/B0/another' } as const;
const masked = (channel: typeof slack | typeof other) => maskedChannel(channel, 'rule-1');

describe('the address of a channel', () => {
  it('is shown without path, query and credentials', () => {
    expect(masked(slack).url).toMatch(/^https:\/\/hooks\.slack\.com\/\*\*\*[0-9a-f]{8}$/);
    const url = 'https://user:pass@example.com:8443/a?token=b#c';
    expect(maskedChannel({ type: 'webhook', url }, 'rule-1').url).toMatch(
      /^https:\/\/example\.com:8443\/\*\*\*\w{8}$/,
    );
  });

  it('comes back as it was when it is sent masked, in any order and with new ones between', () => {
    const fresh = { type: 'webhook', url: 'https://example.com/new' } as const;
    expect(restoredChannels([masked(other), fresh, masked(slack)], [slack, other], 'rule-1')).toEqual({
      status: 'restored',
      channels: [other, fresh, slack],
    });
  });

  it('is not found in another rule, or when it was never stored', () => {
    expect(restoredChannels([masked(slack)], [slack], 'rule-2')).toEqual({ status: 'unknown', index: 0 });
    expect(restoredChannels([slack, masked(other)], [slack], 'rule-1')).toEqual({
      status: 'unknown',
      index: 1,
    });
  });
});
