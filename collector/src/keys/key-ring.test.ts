import { describe, expect, it } from 'vitest';
import type { KeyRecord } from './key-record.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { createSecret, digestOf, hintOf } from './secret.ts';

const clock = 0;
const secret = createSecret();

function recordOf(key: string, changes: Partial<KeyRecord> = {}): KeyRecord {
  return {
    ...{ id: 'k1', version: 1, hash: digestOf(key).toString('hex'), hint: hintOf(key) },
    ...{ project: 'shop', reads: false, label: 'web', createdAt: 1, revokedAt: null },
    ...{ origins: [], spansPerSecond: null, burstSpans: null },
    ...changes,
  };
}

function ringOf(
  records: readonly KeyRecord[],
  options: { open?: boolean; environmentKey?: string } = {},
): KeyRing {
  const { open = true, ...given } = options;
  const ring = createKeyRing({ ...given, isOpenWithoutKeys: open, now: () => clock });
  ring.replace(records);
  return ring;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}`, weirKey: undefined });
const nothing = { authorization: undefined, weirKey: undefined };

function senderOf(ring: KeyRing, key: string) {
  const sender = ring.senderOf(bearer(key));
  if (sender.status !== 'sender') throw new Error(sender.status);
  return sender;
}

describe('who may send', () => {
  it('is everybody on this machine until there is a key, into the project default', () => {
    expect(ringOf([]).senderOf(nothing)).toMatchObject({
      status: 'sender',
      keyId: 'open',
      project: 'default',
    });
    expect(ringOf([], { open: false }).senderOf(nothing)).toEqual({ status: 'missing_key' });
  });

  it('is whoever has a key, into its project', () => {
    const ring = ringOf([recordOf(secret)]);
    expect(ring.senderOf(bearer(secret))).toMatchObject({ status: 'sender', keyId: 'k1', project: 'shop' });
    expect(ring.senderOf(bearer(createSecret()))).toEqual({ status: 'unknown_key' });
    expect(ring.senderOf(nothing)).toEqual({ status: 'missing_key' });
  });

  it('is not whoever has a revoked key, and a revoked key does not open the door to everybody', () => {
    const ring = ringOf([recordOf(secret, { revokedAt: 5 })]);
    expect(ring.senderOf(bearer(secret))).toEqual({ status: 'revoked_key' });
    expect(ring.senderOf(nothing)).toEqual({ status: 'missing_key' });
    expect([ring.isRequired, ring.hasUsable]).toEqual([true, false]);
  });

  it('is also whoever has the key of the configuration, whatever keys are created', () => {
    const ring = ringOf([recordOf(secret)], { environmentKey: 'correct-horse-battery' });
    expect(senderOf(ring, 'correct-horse-battery')).toMatchObject({
      keyId: 'environment',
      project: 'default',
    });
    ring.replace([]);
    expect(senderOf(ring, 'correct-horse-battery').keyId).toBe('environment');
    expect(ring.senderOf(bearer(secret))).toEqual({ status: 'unknown_key' });
  });

  it.each<[string, string | undefined, string | undefined, string]>([
    ['a bearer token', `Bearer ${secret}`, undefined, 'sender'],
    ['a bearer token in any case', `bearer  ${secret} `, undefined, 'sender'],
    ['x-weir-key', undefined, ` ${secret} `, 'sender'],
    ['x-weir-key beside the password of something else', 'Basic dTpw', secret, 'sender'],
    ['x-weir-key beside the bearer token of something else', 'Bearer other', secret, 'sender'],
    ['a wrong x-weir-key beside a bearer token', `Bearer ${secret}`, 'wrong', 'unknown_key'],
    ['nothing after Bearer', 'Bearer', undefined, 'missing_key'],
    ['two words', `Bearer ${secret} x`, undefined, 'missing_key'],
    ['an empty x-weir-key', undefined, ' ', 'missing_key'],
    ['the hash that is stored', `Bearer ${digestOf(secret).toString('hex')}`, undefined, 'unknown_key'],
  ])('says so with %s', (_, authorization, weirKey, expected) => {
    expect(ringOf([recordOf(secret)]).senderOf({ authorization, weirKey }).status).toBe(expected);
  });
});

describe('a key that reads', () => {
  it('reads its project until it is revoked, and never sends', () => {
    const reading = createSecret();
    const ring = ringOf([recordOf(secret), recordOf(reading, { id: 'k2', reads: true })]);
    expect([ring.readerOf(reading), ring.readerOf(secret), ring.readerOf('x')]).toEqual([
      'shop',
      undefined,
      undefined,
    ]);
    expect(ring.senderOf(bearer(reading))).toEqual({ status: 'unknown_key' });
    ring.replace([recordOf(reading, { id: 'k2', version: 2, reads: true, revokedAt: 5 })]);
    expect(ring.readerOf(reading)).toBeUndefined();
  });

  it('does not make senders need a key', () => {
    const ring = ringOf([recordOf(secret, { reads: true })]);
    expect([ring.isRequired, ring.hasUsable, ring.senderOf(nothing).status]).toEqual([
      false,
      false,
      'sender',
    ]);
  });
});

describe('pages', () => {
  const shop = recordOf(secret, { origins: ['https://shop.example'] });

  it('may ask for as many keys as name them, and send with those alone', () => {
    const ring = ringOf([shop]);
    expect(ring.allowsOrigin('https://shop.example')).toBe(true);
    expect(ring.allowsOrigin('https://evil.example')).toBe(false);
    expect(senderOf(ring, secret).allowsOrigin('https://shop.example')).toBe(true);
    expect(senderOf(ring, secret).allowsOrigin('https://shop.example.evil.example')).toBe(false);
    expect(senderOf(ring, secret).allowsOrigin(undefined)).toBe(true);
  });

  it('may all ask when one key names none, and not for one that is revoked', () => {
    const other = createSecret();
    expect(ringOf([shop, recordOf(other, { id: 'k2' })]).allowsOrigin('https://evil.example')).toBe(true);
    const revoked = recordOf(other, { id: 'k2', revokedAt: 5 });
    expect(ringOf([shop, revoked]).allowsOrigin('https://evil.example')).toBe(false);
  });
});

describe('the rate of a key', () => {
  it('is kept when keys are read again, and begins anew when the key is changed', () => {
    const limited = recordOf(secret, { spansPerSecond: 10, burstSpans: 10 });
    const ring = ringOf([limited]);
    senderOf(ring, secret).spend(30);
    ring.replace([{ ...limited }]);
    expect(senderOf(ring, secret).waitSeconds()).toBeGreaterThan(2);
    ring.replace([{ ...limited, version: 2 }]);
    expect(senderOf(ring, secret).waitSeconds()).toBe(0);
  });

  it('allows bursts of ten seconds unless somebody says otherwise', () => {
    const ring = ringOf([recordOf(secret, { spansPerSecond: 100 })]);
    const sender = senderOf(ring, secret);
    sender.spend(999);
    expect(sender.waitSeconds()).toBe(0);
    sender.spend(1);
    expect(sender.waitSeconds()).toBeGreaterThan(0);
  });
});
