import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandMacros, scanSql, splitStatements } from './sql-statements.ts';

describe('splitStatements', () => {
  it.each([
    ['two statements', 'SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['a last statement with and without its semicolon', 'SELECT 1;\n', ['SELECT 1']],
    ['a semicolon in a string', "SELECT ';'; SELECT 2", ["SELECT ';'", 'SELECT 2']],
    ['an escaped quote before a semicolon', "SELECT 'it\\'s; one'", ["SELECT 'it\\'s; one'"]],
    ['a doubled quote before a semicolon', "SELECT 'it''s; one'", ["SELECT 'it''s; one'"]],
    ['a semicolon in quoted names', 'SELECT "a;b", `c;d`', ['SELECT "a;b", `c;d`']],
    [
      'a semicolon in a line comment',
      'SELECT 1 -- not; here\n; SELECT 2',
      ['SELECT 1 -- not; here', 'SELECT 2'],
    ],
    ['a semicolon in a block comment', 'SELECT /* ; */ 1', ['SELECT /* ; */ 1']],
    ['an apostrophe in a comment', "-- it's\nSELECT 1; SELECT 2", ["-- it's\nSELECT 1", 'SELECT 2']],
    ['a comment sign in a string', "SELECT '--'; SELECT 2", ["SELECT '--'", 'SELECT 2']],
    ['a semicolon in a heredoc', 'SELECT $x$ a;b $y$ $x$; SELECT 2', ['SELECT $x$ a;b $y$ $x$', 'SELECT 2']],
    ['comments alone', '-- first\n;/* second */;', []],
    ['nothing', ' ; ;\n', []],
  ])('handles %s', (_, sql, statements) => {
    expect(splitStatements(sql)).toEqual(statements);
  });

  it('finds every statement between any pieces that may hold a semicolon', () => {
    const piece = fc.constantFrom("';'", '`;`', '";"', '/*;*/ 1', '--;\n1', '$$;$$', 'name', "'\\';'");
    const statement = fc
      .array(piece, { minLength: 1, maxLength: 5 })
      .map((pieces) => `SELECT ${pieces.join(' , ')}`);
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
        expect(splitStatements(statements.join(';\n'))).toEqual(statements);
      }),
    );
  });
});

describe('scanSql', () => {
  it('gives back any text unchanged when its pieces are joined', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '"', '`', '\\', '-', '/', '*', '$', ';', 'a', '\n', '{'),
    });
    fc.assert(
      fc.property(text, (sql) => {
        const pieces = scanSql(sql);
        expect(pieces.map((piece) => piece.text).join('')).toBe(sql);
      }),
    );
  });
});

describe('expandMacros', () => {
  const macros = { on_cluster: 'ON CLUSTER `c`', engine: 'Replicated' };

  it('replaces macros in code', () => {
    const { sql } = expandMacros('CREATE TABLE t {on_cluster} (a Int8) ENGINE = {engine}MergeTree', macros);
    expect(sql).toBe('CREATE TABLE t ON CLUSTER `c` (a Int8) ENGINE = ReplicatedMergeTree');
  });

  it('leaves literals, comments and typed parameters alone', () => {
    const sql = "SELECT '{engine}', {engine:String}, {1,2} -- {engine}";
    expect(expandMacros(sql, macros)).toEqual({ sql, unknown: [] });
  });

  it('names each macro that has no value once', () => {
    expect(expandMacros('{nope} {nope} {engine}', macros).unknown).toEqual(['nope']);
  });
});
