import { timingSafeEqual } from 'node:crypto';
import { defaultProject } from '@weir/schemas/api';
import { type Allowance, createAllowance, unlimited } from './allowance.ts';
import { type Credentials, secretOf } from './credentials.ts';
import type { KeyRecord } from './key-record.ts';
import { digestOf } from './secret.ts';

/** Whoever sends with a valid key, or without one where none is needed. */
export interface Sender extends Allowance {
  readonly status: 'sender';
  /** Id of the key; `open` without one, `environment` for that of the configuration. */
  readonly keyId: string;
  readonly project: string;
  /** Whether a page of this origin may use the key. Programs that are no browsers have none. */
  allowsOrigin(origin: string | undefined): boolean;
}

export interface NoSender {
  readonly status: 'missing_key' | 'unknown_key' | 'revoked_key';
}

/** All keys, in memory: who a request comes from is decided without asking anybody. */
export interface KeyRing {
  senderOf(credentials: Credentials): Sender | NoSender;
  /** @returns the project whose answers the key reads; undefined for keys that send, and for what is no key */
  readerOf(secret: string): string | undefined;
  /** Whether any key lets pages of this origin send: a preflight does not say which key will follow. */
  allowsOrigin(origin: string): boolean;
  /** Whether requests need a key. */
  readonly isRequired: boolean;
  /** Whether there is a key that lets somebody send. */
  readonly hasUsable: boolean;
  /** Knows these created keys from now on, and no others. */
  replace(records: readonly KeyRecord[]): void;
}

export interface KeyRingOptions {
  /** A key of the project `default` that is always valid. */
  readonly environmentKey?: string;
  /** Whether everybody may send until there is a key: on loopback. */
  readonly isOpenWithoutKeys: boolean;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

export const environmentKeyId = 'environment';
export const openKeyId = 'open';

interface Entry {
  readonly digest: Buffer;
  readonly sender: Sender;
  readonly isRevoked: boolean;
}

export function createKeyRing({ environmentKey, isOpenWithoutKeys, now }: KeyRingOptions): KeyRing {
  const always = environmentKey === undefined ? [] : [environmentEntry(environmentKey)];
  const open = senderWith({ id: openKeyId, project: defaultProject, origins: [] }, unlimited);
  let entries = byDigest(always);
  let readers: ReadonlyMap<string, Entry> = new Map();
  let known = new Map<string, { readonly record: KeyRecord; readonly sender: Sender }>();
  const isRequired = () => entries.size > 0 || !isOpenWithoutKeys;

  return {
    senderOf(credentials) {
      if (!isRequired()) return open;
      const secret = secretOf(credentials);
      if (secret === undefined) return { status: 'missing_key' };
      const found = find(entries, secret);
      if (found === undefined) return { status: 'unknown_key' };
      return found.isRevoked ? { status: 'revoked_key' } : found.sender;
    },
    readerOf(secret) {
      const found = find(readers, secret);
      return found === undefined || found.isRevoked ? undefined : found.sender.project;
    },
    allowsOrigin(origin) {
      if (!isRequired()) return true;
      return [...entries.values()].some(({ isRevoked, sender }) => !isRevoked && sender.allowsOrigin(origin));
    },
    get isRequired() {
      return isRequired();
    },
    get hasUsable() {
      return [...entries.values()].some(({ isRevoked }) => !isRevoked);
    },
    replace(records) {
      // A key keeps its sender, and with it what it has used up, until it is changed.
      known = new Map(
        records.map((record) => {
          const before = known.get(record.id);
          const sender = before?.record.version === record.version ? before.sender : senderOf(record, now);
          return [record.id, { record, sender }];
        }),
      );
      const senders = [...known.values()].filter(({ record }) => !record.reads);
      entries = byDigest([...senders.map(entryOf), ...always]);
      readers = byDigest([...known.values()].filter(({ record }) => record.reads).map(entryOf));
    },
  };
}

function find(entries: ReadonlyMap<string, Entry>, secret: string): Entry | undefined {
  const digest = digestOf(secret);
  const found = entries.get(digest.toString('hex'));
  return found !== undefined && timingSafeEqual(found.digest, digest) ? found : undefined;
}

function byDigest(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.digest.toString('hex'), entry]));
}

function environmentEntry(secret: string): Entry {
  const key = { id: environmentKeyId, project: defaultProject, origins: [] };
  return { digest: digestOf(secret), sender: senderWith(key, unlimited), isRevoked: false };
}

function entryOf({ record, sender }: { readonly record: KeyRecord; readonly sender: Sender }): Entry {
  return { digest: Buffer.from(record.hash, 'hex'), sender, isRevoked: record.revokedAt !== null };
}

/** What a second of the rate is to a burst when nobody says how large bursts may be. */
export const defaultBurstSeconds = 10;

function senderOf(record: KeyRecord, now: () => number): Sender {
  const { spansPerSecond, burstSpans } = record;
  if (spansPerSecond === null) return senderWith(record, unlimited);
  const burst = burstSpans ?? spansPerSecond * defaultBurstSeconds;
  return senderWith(record, createAllowance({ spansPerSecond, burstSpans: burst, now }));
}

function senderWith(
  { id, project, origins }: Pick<KeyRecord, 'id' | 'project' | 'origins'>,
  { waitSeconds, spend }: Allowance,
): Sender {
  const allowed = new Set(origins);
  return {
    status: 'sender',
    keyId: id,
    project,
    allowsOrigin: (origin) => allowed.size === 0 || origin === undefined || allowed.has(origin),
    waitSeconds,
    spend,
  };
}
