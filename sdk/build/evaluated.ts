import { basename } from 'node:path';
import type { Plugin } from 'rolldown';

/**
 * Bundles what some modules export instead of their code: tables that are derived from larger ones, which then stay out.
 *
 * @param names of the files. All that they export has to be JSON.
 */
export function evaluated(names: readonly string[]): Plugin {
  return {
    name: 'evaluated',
    async load(id) {
      if (!names.includes(basename(id))) return null;
      const values: object = await import(id);
      return Object.entries(values)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n');
    },
  };
}
