import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * @returns SHA-256 of a user id, hex. Synchronous on every runtime, unlike `crypto.subtle`: the hash must be there when
 * a stream ends, even if the process ends with it.
 */
export function hashUserId(id: string): string {
  return bytesToHex(sha256(utf8ToBytes(id)));
}
