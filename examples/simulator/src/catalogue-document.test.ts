import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogueDocument } from './catalogue-document.ts';
import { faults, protocolNames } from './faults/catalogue.ts';

const written = readFileSync(new URL('../FAULTS.md', import.meta.url), 'utf8');

it('is written down as it is in the code', () => {
  expect(written).toBe(catalogueDocument(faults, protocolNames));
});

it('has a row for every fault', () => {
  for (const fault of faults) expect(written).toContain(`- **\`${fault.name}\`**`);
});
