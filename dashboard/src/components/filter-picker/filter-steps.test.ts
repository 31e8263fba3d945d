import { expect, test } from 'vitest';
import { dimensionChoices } from './filter-steps.tsx';

test('a dimension is found by its name and by its key', () => {
  expect(dimensionChoices('attach').map(({ value }) => value)).toEqual(['attachment']);
  expect(dimensionChoices('errorCode').map(({ value }) => value)).toEqual(['errorCode']);
  expect(dimensionChoices('').length).toBeGreaterThan(30);
});

test('a word that is no dimension can be one of one’s own', () => {
  expect(dimensionChoices('plan')).toEqual([
    { value: 'dimension.plan', label: 'plan', detail: 'own dimension' },
  ]);
  expect(dimensionChoices('dimension.plan')[0]?.value).toBe('dimension.plan');
  expect(dimensionChoices('two words')).toEqual([]);
});
