import { hostname } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** What spans say of the machine that recorded them, and what stands for it in the recordings. */
export const machineWords: readonly (readonly [word: string, instead: string])[] = [
  [fileURLToPath(new URL('../..', import.meta.url)), '/app/'],
  [process.execPath, '/usr/bin/node'],
  [hostname(), 'host'],
];

/** Replaces them in every text within `value`, in place: stack traces name files wherever they are attached. */
export function withoutMachineWords(value: unknown): unknown {
  if (typeof value === 'string') {
    return machineWords.reduce((text, [word, instead]) => text.replaceAll(word, instead), value);
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) Reflect.set(value, key, withoutMachineWords(inner));
  }
  return value;
}
