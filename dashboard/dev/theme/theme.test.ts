import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, distance, oklchToLinearRgb, type Rgb, seenBy, visions } from './colour.ts';

const css = readFileSync(new URL('../../src/app/theme.css', import.meta.url), 'utf8');

/** Both sides of every token that is `light-dark(oklch(…), oklch(…))`. */
function readTokens(): ReadonlyMap<string, { readonly light: Rgb; readonly dark: Rgb }> {
  const number = String.raw`\s*([\d.]+)`;
  const colour = String.raw`oklch\(${number}${number}${number}\s*\)`;
  const token = new RegExp(String.raw`--([\w-]+):\s*light-dark\(\s*${colour},\s*${colour}\s*\)`, 'g');
  const read = (parts: readonly (string | undefined)[]): Rgb => {
    const [lightness = 0, chroma = 0, hue = 0] = parts.map(Number);
    return oklchToLinearRgb(lightness, chroma, hue);
  };
  return new Map(
    [...css.matchAll(token)].map(([, name = '', ...parts]) => [
      name,
      { light: read(parts.slice(0, 3)), dark: read(parts.slice(3, 6)) },
    ]),
  );
}

const tokens = readTokens();

function token(name: string, theme: 'light' | 'dark'): Rgb {
  const found = tokens.get(name);
  if (found === undefined) throw new Error(`theme.css has no token --${name} of two colours`);
  return found[theme];
}

test('the style sheet was read', () => {
  expect(tokens.size).toBeGreaterThan(35);
});

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const backgrounds = ['canvas', 'surface', 'raised', 'hover'];

  test.each([
    ['ink', [...backgrounds, 'sunken', 'highlight', 'failed-soft', 'limited-soft', 'accent-soft']],
    ['ink-2', [...backgrounds, 'sunken', 'failed-soft']],
    ['ink-3', backgrounds],
    ['accent', backgrounds],
    ['failed-text', [...backgrounds, 'failed-soft']],
    ['limited-text', [...backgrounds, 'limited-soft']],
    ['aborted-text', backgrounds],
    ['good-text', backgrounds],
    ['on-accent', ['accent-fill']],
  ] as const)('text in %s can be read (AA)', (ink, on) => {
    for (const background of on) {
      expect(
        contrast(token(ink, theme), token(background, theme)),
        `${ink} on ${background}`,
      ).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(['failed', 'limited', 'aborted', 'accent', 'p95', 'p99', 'crosshair'])(
    'the mark %s stands out from its surface (non-text AA)',
    (mark) => {
      const needed = mark === 'limited' && theme === 'light' ? 1.8 : 3;
      expect(contrast(token(mark, theme), token('surface', theme))).toBeGreaterThanOrEqual(needed);
    },
  );

  test.each(Object.entries(visions))('series are told apart with %s vision', (_, matrix) => {
    const names = Array.from({ length: 8 }, (__, index) => `series-${index + 1}`);
    const seen = names.map((name) => seenBy(matrix, token(name, theme)));
    for (const [i, a] of seen.entries()) {
      for (const [j, b] of seen.entries()) {
        if (j > i) expect(distance(a, b), `${names[i]} and ${names[j]}`).toBeGreaterThan(0.1);
      }
    }
  });

  test('what is highlighted in a popup stands out from it', () => {
    expect(distance(token('highlight', theme), token('raised', theme))).toBeGreaterThan(0.04);
  });

  test('percentiles are told apart by lightness', () => {
    for (const [a, b] of [
      ['p50', 'p95'],
      ['p95', 'p99'],
    ] as const) {
      expect(distance(token(a, theme), token(b, theme))).toBeGreaterThan(0.12);
    }
  });
});
