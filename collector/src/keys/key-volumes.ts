import { defaultProject, type KeyVolume, type Pipeline } from '@weir/schemas/api';
import type { KeySnapshot } from './key-record.ts';
import { environmentKeyId, openKeyId } from './key-ring.ts';

/** What was received since the start, key by key. */
export interface VolumeByKey {
  used(): readonly string[];
  of(keyId: string): KeyVolume;
}

/** @returns the keys that were used, by the names that people gave them, most spans first */
export function keyVolumes(volumes: VolumeByKey, snapshot: KeySnapshot): Pipeline['keys'] {
  const named = volumes.used().map((id) => ({ ...nameOf(id, snapshot), ...volumes.of(id) }));
  return named.toSorted((a, b) => b.acceptedSpans - a.acceptedSpans);
}

/** A key that was forgotten since it was used has its id for a name. */
function nameOf(id: string, { keys }: KeySnapshot): { id: string; project: string; label: string } {
  if (id === openKeyId) return { id, project: defaultProject, label: 'without a key' };
  if (id === environmentKeyId) return { id, project: defaultProject, label: 'WEIR_INGEST_KEY' };
  const { project = '', label = id } = keys.find((key) => key.id === id) ?? {};
  return { id, project, label };
}
