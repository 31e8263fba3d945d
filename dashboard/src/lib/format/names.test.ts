import { reasons } from '@weir/schemas/termination';
import { expect, test } from 'vitest';
import {
  dimensionName,
  filterDimensions,
  outcomeOfReason,
  reasonMeaning,
  reasonName,
  valueName,
} from './names.ts';

test('every reason of the taxonomy has a name, a meaning and an outcome', () => {
  expect(reasons.length).toBeGreaterThan(30);
  for (const reason of reasons) {
    expect(reasonName(reason)).toMatch(/^[A-Z]/);
    expect(reasonMeaning(reason)).toMatch(/\.$/);
  }
  expect(reasonName('dns_error')).toBe('DNS error');
  expect(reasonName('first_chunk_timeout')).toBe('First chunk timeout');
});

test('a reason of a newer collector is shown as it is and counts as unknown', () => {
  expect(reasonName('quantum_flip')).toBe('Quantum flip');
  expect(reasonMeaning('quantum_flip')).toBe('');
  expect(outcomeOfReason('quantum_flip')).toBe('unknown');
});

test('every dimension has a name of words', () => {
  for (const dimension of filterDimensions) expect(dimensionName(dimension)).toMatch(/^[A-Z][A-Za-z -]+$/);
  expect(dimensionName('serviceVersion')).toBe('Service version');
  expect(dimensionName('dimension.plan')).toBe('plan');
});

test('values are written as sent, but for the words of the vocabulary', () => {
  expect(valueName('reason', 'idle_timeout')).toBe('Idle timeout');
  expect(valueName('attachment', 'pdf')).toBe('PDF');
  expect(valueName('model', 'gpt-5')).toBe('gpt-5');
  expect(valueName('carrier', '')).toBe('(empty)');
});
