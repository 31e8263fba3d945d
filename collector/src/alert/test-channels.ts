import type { Channel, RuleTest } from '@weir/schemas/api';
import type { Send } from './channels/channel.ts';
import { type Notification, notificationOf } from './notification.ts';
import type { StoredRule } from './store/rule-store.ts';

export interface TestContext {
  /** Unix milliseconds. */
  readonly now: number;
  readonly publicUrl: string;
}

/** Tells each channel of the rule that this is a test. One attempt each; nothing is stored. */
export async function testChannels(
  send: Send<Channel>,
  rule: StoredRule,
  context: TestContext,
): Promise<RuleTest> {
  const notification = testNotification(rule, context);
  const deliveries = rule.definition.channels.map(async (channel) => {
    const outcome = await send(channel, notification);
    const delivered = outcome.status === 'delivered';
    return {
      channel: channel.type,
      target: new URL(channel.url).host,
      status: delivered ? ('delivered' as const) : ('failed' as const),
      detail: delivered ? null : outcome.detail,
    };
  });
  return { deliveries: await Promise.all(deliveries) };
}

/** Has an identity of its own, so that no receiver takes it for the rule's next incident. */
function testNotification(rule: StoredRule, { now, publicUrl }: TestContext): Notification {
  const { definition } = rule;
  const { name, filters, threshold, windowSeconds, delaySeconds } = definition;
  const incident = {
    id: `${rule.id}-test-${now}`,
    project: rule.project,
    version: 1,
    ruleId: `${rule.id}-test`,
    number: 0,
    ruleName: `Test of ${name}`,
    startedAt: now,
    firedAt: now,
    resolvedAt: null,
    resolution: null,
    filters,
    threshold,
    windowSeconds,
    delaySeconds,
    failureRate: 0,
    streams: 0,
    failed: 0,
    peakFailureRate: 0,
    finalFailureRate: null,
    suspects: [],
  };
  const notification = notificationOf(incident, 'firing', publicUrl);
  return {
    ...notification,
    sentence: `This is a test of the rule “${name}”: nothing is wrong, and this channel works.`,
    links: { ...notification.links, incident: `${publicUrl}/alerts?rule=${rule.id}` },
  };
}
