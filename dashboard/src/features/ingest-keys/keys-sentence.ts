import type { KeyList } from '@weir/schemas/api';

/** @returns in a sentence or two who may send, and what a first key would change. */
export function describeKeys({ required, keys }: KeyList): string {
  const usable = keys.filter(({ reads, revokedAt }) => !reads && revokedAt === null);
  if (!required) {
    return 'Nobody needs a key yet: everything on this machine may send. From the first key on, every sender needs one.';
  }
  if (usable.length === 0)
    return 'Every key that sends is revoked: nobody may send until there is a new one.';
  const projects = new Set(usable.map(({ project }) => project)).size;
  const unused = usable.filter(({ lastUsedAt }) => lastUsedAt === null).length;
  const senders = `${usable.length === 1 ? 'One key sends' : `${usable.length} keys send`} into ${projects === 1 ? 'one project' : `${projects} projects`}`;
  if (unused === 0) return `${senders}.`;
  return `${senders}; ${unused === 1 ? 'one was' : `${unused} were`} never used.`;
}
