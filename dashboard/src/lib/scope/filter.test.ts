import { expect, test } from 'vitest';
import {
  type Filter,
  formatFilter,
  maxFilters,
  parseFilter,
  toggleFilter,
  withFilter,
  withoutFilter,
} from './filter.ts';

const gpt: Filter = { dimension: 'model', value: 'gpt-5', exclude: false };
const notGpt: Filter = { ...gpt, exclude: true };
const wifi: Filter = { dimension: 'network', value: 'wifi', exclude: false };

test('a value may hold colons and exclamation marks', () => {
  expect(parseFilter('!server:[::1]:8080')).toEqual({
    dimension: 'server',
    value: '[::1]:8080',
    exclude: true,
  });
  expect(formatFilter({ dimension: 'model', value: '!x:y', exclude: false })).toBe('model:!x:y');
});

test('an empty value is a value, an empty dimension is none', () => {
  expect(parseFilter('carrier:')).toEqual({ dimension: 'carrier', value: '', exclude: false });
  expect(parseFilter(':x')).toBeUndefined();
  expect(parseFilter('')).toBeUndefined();
});

test('excluding a value replaces including it', () => {
  expect(withFilter([gpt, wifi], notGpt)).toEqual([wifi, notGpt]);
});

test('a second click on a bar takes the filter away again', () => {
  expect(toggleFilter(toggleFilter([wifi], gpt), gpt)).toEqual([wifi]);
  expect(toggleFilter([notGpt], gpt)).toEqual([gpt]);
});

test('removing is by value, whichever way it was meant', () => {
  expect(withoutFilter([notGpt, wifi], gpt)).toEqual([wifi]);
});

test('beyond the limit nothing is added', () => {
  const full = Array.from({ length: maxFilters }, (_, index): Filter => ({ ...gpt, value: `m${index}` }));
  expect(withFilter(full, wifi)).toBe(full);
});
