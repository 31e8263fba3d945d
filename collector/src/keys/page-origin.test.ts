import { expect, it } from 'vitest';
import { pageOrigin } from './page-origin.ts';

it.each([
  ['https://shop.example', 'https://shop.example'],
  [' HTTPS://Shop.Example/ ', 'https://shop.example'],
  ['https://shop.example:443', 'https://shop.example'],
  ['http://localhost:5173', 'http://localhost:5173'],
  ['capacitor://localhost', 'capacitor://localhost'],
  ['https://shop.example/path', undefined],
  ['https://shop.example?x=1', undefined],
  ['https://user@shop.example', undefined],
  ['https://*.shop.example', undefined],
  ['shop.example', undefined],
  ['*', undefined],
  ['null', undefined],
  ['', undefined],
  ['javascript:alert(1)', undefined],
])('reads %s as %s', (text, expected) => {
  expect(pageOrigin(text)).toBe(expected);
});
