import { expect, test } from 'vitest';
import { checkDraft, newDraft } from './key-draft.ts';

const draft = { ...newDraft('shop'), label: 'web' };

test('a label is all it takes', () => {
  expect(checkDraft(draft)).toEqual({
    status: 'valid',
    input: { label: 'web', project: 'shop', reads: false, origins: [] },
  });
  expect(checkDraft({ ...draft, project: ' ' })).toMatchObject({ input: { project: 'default' } });
});

test('pages are read as people list them', () => {
  const origins = ' https://shop.example, https://www.shop.example/\ncapacitor://localhost ';
  expect(checkDraft({ ...draft, origins, spansPerSecond: ' 500 ' })).toEqual({
    status: 'valid',
    input: {
      ...{ label: 'web', project: 'shop', reads: false, spansPerSecond: 500 },
      origins: ['https://shop.example', 'https://www.shop.example/', 'capacitor://localhost'],
    },
  });
});

test.each([
  [{ label: ' ' }, 'label'],
  [{ label: 'x'.repeat(65) }, 'label'],
  [{ project: 'My Shop' }, 'project'],
  [{ project: 'x'.repeat(33) }, 'project'],
  [{ origins: 'shop.example' }, 'origins'],
  [{ origins: 'https://shop.example/path' }, 'origins'],
  [{ origins: 'https://*.shop.example' }, 'origins'],
  [{ spansPerSecond: '0' }, 'spansPerSecond'],
  [{ spansPerSecond: '1.5' }, 'spansPerSecond'],
  [{ spansPerSecond: 'many' }, 'spansPerSecond'],
] as const)('%j is told at its field', (changes, field) => {
  const checked = checkDraft({ ...draft, ...changes });
  expect(checked.status === 'invalid' && Object.keys(checked.problems)).toEqual([field]);
});

test('what only senders have is left out of a key that reads', () => {
  const reading = { ...draft, reads: true, origins: 'half typed', spansPerSecond: 'x' };
  expect(checkDraft(reading)).toEqual({
    status: 'valid',
    input: { label: 'web', project: 'shop', reads: true, origins: [] },
  });
});
