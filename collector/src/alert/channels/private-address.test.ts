import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { isPrivateAddress, isPrivateLiteral, PrivateAddressError, publicLookup } from './private-address.ts';

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.1.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'not an address',
  ])('holds for %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'does not hold for %s',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe('isPrivateLiteral', () => {
  it.each([
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::1]:80/',
  ])('sees through %s', (url) => {
    expect(isPrivateLiteral(new URL(url))).toBe(true);
  });

  it('leaves names to the lookup', () => {
    expect(isPrivateLiteral(new URL('http://localhost/'))).toBe(false);
  });
});

/** What a socket asks of a lookup. */
function lookUp(addresses: readonly LookupAddress[], all: boolean) {
  const resolve = (_host: string, _options: unknown, callback: (...answer: unknown[]) => void) =>
    callback(null, addresses);
  return new Promise<unknown>((done, fail) => {
    publicLookup(resolve as never)('example.com', { all }, (error, found) =>
      error ? fail(error) : done(found),
    );
  });
}

describe('publicLookup', () => {
  const inside = { address: '10.0.0.7', family: 4 };
  const outside = { address: '93.184.216.34', family: 4 };

  it('leaves out private addresses', async () => {
    expect(await lookUp([inside, outside], true)).toEqual([outside]);
    expect(await lookUp([inside, outside], false)).toBe(outside.address);
  });

  it('fails for a name that leads to private addresses only', async () => {
    await expect(lookUp([inside], true)).rejects.toBeInstanceOf(PrivateAddressError);
    await expect(lookUp([inside], false)).rejects.toThrow('example.com is a private address');
  });
});
