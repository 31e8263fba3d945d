export interface SqlPiece {
  /** `code` may hold statement ends and macros; `opaque` is a literal, a quoted name or a comment. */
  kind: 'code' | 'opaque';
  text: string;
}

/** In order of precedence at one position; each consumes to its end, or to the end of the text when unterminated. */
const OPAQUE = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`/\*[^]*?(?:\*/|$(?![^]))`,
    String.raw`'(?:[^'\\]|\\[^]|'')*(?:'|$(?![^]))`,
    String.raw`"(?:[^"\\]|\\[^]|"")*(?:"|$(?![^]))`,
    '`(?:[^`\\\\]|\\\\[^]|``)*(?:`|$(?![^]))',
    String.raw`\$(?<tag>\w*)\$[^]*?(?:\$\k<tag>\$|$(?![^]))`,
  ].join('|'),
  'g',
);

/** Separates what ClickHouse reads as code from literals, quoted names and comments. Joined, it is the text again. */
export function scanSql(sql: string): SqlPiece[] {
  const pieces: SqlPiece[] = [];
  let end = 0;
  for (const match of sql.matchAll(OPAQUE)) {
    if (match.index > end) pieces.push({ kind: 'code', text: sql.slice(end, match.index) });
    pieces.push({ kind: 'opaque', text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < sql.length) pieces.push({ kind: 'code', text: sql.slice(end) });
  return pieces;
}

/** The statements of a script, in order, without the semicolons; stretches of comments alone are left out. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let text = '';
  let hasCode = false;
  const finish = () => {
    if (hasCode) statements.push(text.trim());
    text = '';
    hasCode = false;
  };
  for (const piece of scanSql(sql)) {
    if (piece.kind === 'opaque') {
      text += piece.text;
      hasCode ||= !isComment(piece.text);
      continue;
    }
    const [first = '', ...others] = piece.text.split(';');
    text += first;
    hasCode ||= first.trim() !== '';
    for (const part of others) {
      finish();
      text = part;
      hasCode = part.trim() !== '';
    }
  }
  finish();
  return statements;
}

/**
 * Replaces `{name}` in code. A name without a value is returned in `unknown`: sent as it is, ClickHouse would report a
 * syntax error that does not say why. Typed parameters (`{name:Type}`) and what is inside literals stay untouched.
 */
export function expandMacros(
  sql: string,
  macros: Readonly<Record<string, string>>,
): { sql: string; unknown: string[] } {
  const unknown = new Set<string>();
  const expand = (code: string) =>
    code.replace(/\{([a-z_]+)\}/g, (written, name: string) => {
      const value = macros[name];
      if (value === undefined) unknown.add(name);
      return value ?? written;
    });
  const expanded = scanSql(sql).map(({ kind, text }) => (kind === 'code' ? expand(text) : text));
  return { sql: expanded.join(''), unknown: [...unknown] };
}

function isComment(text: string): boolean {
  return text.startsWith('--') || text.startsWith('/*');
}
