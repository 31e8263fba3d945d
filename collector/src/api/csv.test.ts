import { describe, expect, it } from 'vitest';
import { toCsv } from './csv.ts';

describe('toCsv', () => {
  it('quotes what needs it and leaves the rest alone', () => {
    const rows = [['plain', 'a,b', 'say "hi"', 'two\nlines', 'größe 🌊']];
    expect(toCsv(['a', 'b', 'c', 'd', 'e'], rows)).toBe(
      'a,b,c,d,e\r\nplain,"a,b","say ""hi""","two\nlines",größe 🌊\r\n',
    );
  });

  it('writes null as an empty cell, numbers and flags as they are', () => {
    expect(toCsv(['a', 'b', 'c', 'd'], [[null, -1.5, true, '']])).toBe('a,b,c,d\r\n,-1.5,true,\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('keeps a spreadsheet from running %j', (text) => {
    expect(toCsv(['a'], [[text]])).toBe(`a\r\n'${text}\r\n`);
  });
});
