import { describe, expect, it } from 'vitest';
import { afterAttempt, firingDeliveries, resolvedDeliveries, retryDelaySeconds } from './deliveries.ts';
import type { StoredDelivery } from './store/delivery-store.ts';

const AT = Date.UTC(2026, 10, 20, 2, 0, 0);
const one = { type: 'webhook', url: 'https://one.example:8443/a' } as const;
const two = { type: 'slack', url: 'https://two.example/b' } as const;

function only(deliveries: readonly StoredDelivery[]): StoredDelivery {
  const [delivery] = deliveries;
  if (delivery === undefined) throw new Error('there is none');
  return delivery;
}

describe('firingDeliveries', () => {
  it('are one for each receiver, however often a rule names it', () => {
    const deliveries = firingDeliveries('i-1', [one, two, one], AT);
    expect(deliveries.map(({ target, channelType }) => [target, channelType])).toEqual([
      ['one.example:8443', 'webhook'],
      ['two.example', 'slack'],
    ]);
  });

  it('keep their ids when the channels are reordered', () => {
    const ids = (channels: (typeof one | typeof two)[]) =>
      firingDeliveries('i-1', channels, AT).map(({ channelId }) => channelId);
    expect(ids([two, one])).toEqual(ids([one, two]).toReversed());
  });
});

describe('resolvedDeliveries', () => {
  it('go to those who hear of the beginning', () => {
    const [first, second] = firingDeliveries('i-1', [one, two], AT);
    if (first === undefined || second === undefined) throw new Error('there are two');
    const told = [
      { ...first, status: 'failed' as const, channel: null },
      { ...second, status: 'delivered' as const, attempts: 3, version: 3 },
    ];
    expect(resolvedDeliveries(told, AT + 1)).toMatchObject([
      {
        target: 'two.example',
        transition: 'resolved',
        status: 'pending',
        attempts: 0,
        version: 0,
        channel: two,
      },
    ]);
  });
});

describe('afterAttempt', () => {
  const delivery = only(firingDeliveries('i-1', [one], AT));

  it('waits longer from attempt to attempt, and gives up in the end', () => {
    let current = delivery;
    const waits: number[] = [];
    while (current.status === 'pending') {
      const at = current.nextAttemptAt;
      current = afterAttempt(
        current,
        { status: 'retry', detail: 'It says 503.', notBeforeSeconds: null },
        at,
        1,
      );
      waits.push((current.nextAttemptAt - at) / 1000);
    }
    expect(waits.slice(0, -1)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600]);
    expect(current).toMatchObject({
      status: 'failed',
      attempts: 12,
      detail: 'It says 503. Given up after 12 attempts.',
    });
  });

  it('waits as long as the receiver asks', () => {
    const after = afterAttempt(delivery, { status: 'retry', detail: '', notBeforeSeconds: 90 }, AT, 0);
    expect(after.nextAttemptAt).toBe(AT + 90_000);
  });

  it('waits no shorter than it would anyway', () => {
    const after = afterAttempt(delivery, { status: 'retry', detail: '', notBeforeSeconds: 0 }, AT, 0);
    expect(after.nextAttemptAt).toBe(AT + 2_500);
  });

  it('spreads retries over half of the wait', () => {
    expect([retryDelaySeconds(3, 0), retryDelaySeconds(3, 1)]).toEqual([10, 20]);
  });
});
