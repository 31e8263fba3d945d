import { hash, randomBytes } from 'node:crypto';

const PREFIX = 'weir_';
const SECRET_BYTES = 32;
const HINT_LENGTH = PREFIX.length + 4;

/** A new key. The prefix lets scanners for leaked secrets, and people, know it for what it is. */
export function createSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** @returns what is stored of a key: its SHA-256, 32 bytes. */
export function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** @returns the start of a key: tells it from others and leaves 232 bits unknown. */
export function hintOf(secret: string): string {
  return secret.slice(0, HINT_LENGTH);
}
