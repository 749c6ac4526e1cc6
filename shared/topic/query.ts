/**
 * Boolean queries over literals: `(DeepSeek OR 深度求索) AND NOT 招聘`.
 *
 *     query   := and (OR and)*            OR also 或, |
 *     and     := not ((AND)? not)*        AND also 且, &; two terms side by side mean AND
 *     not     := (NOT | 非 | -)? primary
 *     primary := "quoted literal" | literal | ( query )
 */
export type QueryNode =
  | { kind: 'literal'; literal: string }
  | { kind: 'not'; of: QueryNode }
  | { kind: 'and' | 'or'; of: QueryNode[] };

export type ParsedQuery =
  | { ok: true; query: QueryNode }
  /** `position` is the 0-based UTF-16 index in the query where reading stopped. */
  | { ok: false; position: number; message: string };

interface Token {
  kind: 'and' | 'or' | 'not' | 'open' | 'close' | 'literal' | 'end';
  text: string;
  position: number;
}

/** Parentheses deeper than this are refused: no person writes them, and reading is recursive. */
const DEPTH = 32;

export function parseQuery(text: string): ParsedQuery {
  const tokens = tokenize(text);
  if ('message' in tokens) return { ok: false, ...tokens };
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '', position: text.length };
  try {
    const query = readOr(0);
    const rest = peek();
    if (rest.kind !== 'end') throw new QueryError(rest.position, `unexpected "${rest.text}"`);
    return { ok: true, query };
  } catch (error) {
    if (error instanceof QueryError)
      return { ok: false, position: error.position, message: error.message };
    throw error;
  }

  function readOr(depth: number): QueryNode {
    const of = [readAnd(depth)];
    while (peek().kind === 'or') {
      at++;
      of.push(readAnd(depth));
    }
    return single('or', of);
  }

  function readAnd(depth: number): QueryNode {
    const of = [readNot(depth)];
    for (;;) {
      const { kind } = peek();
      if (kind === 'and') at++;
      else if (kind !== 'not' && kind !== 'open' && kind !== 'literal') break;
      of.push(readNot(depth));
    }
    return single('and', of);
  }

  function readNot(depth: number): QueryNode {
    const token = peek();
    at++;
    if (depth > DEPTH) throw new QueryError(token.position, 'too deeply nested');
    if (token.kind === 'not') return { kind: 'not', of: readNot(depth + 1) };
    if (token.kind === 'literal') return { kind: 'literal', literal: token.text };
    if (token.kind === 'open') {
      const inner = readOr(depth + 1);
      if (peek().kind !== 'close') throw new QueryError(peek().position, 'missing ")"');
      at++;
      return inner;
    }
    throw new QueryError(
      token.position,
      token.kind === 'end'
        ? 'a word is missing at the end'
        : `a word is missing before "${token.text}"`,
    );
  }
}

/** All literals of a query; `positive` leaves out those below an odd number of NOTs. */
export function queryLiterals(node: QueryNode, positive = false, negated = false): string[] {
  if (node.kind === 'literal') return positive && negated ? [] : [node.literal];
  if (node.kind === 'not') return queryLiterals(node.of, positive, !negated);
  return node.of.flatMap((part) => queryLiterals(part, positive, negated));
}

/** Whether the query holds where `has` says which literals the text contains. */
export function evaluateQuery(node: QueryNode, has: (literal: string) => boolean): boolean {
  switch (node.kind) {
    case 'literal':
      return has(node.literal);
    case 'not':
      return !evaluateQuery(node.of, has);
    case 'and':
      return node.of.every((part) => evaluateQuery(part, has));
    case 'or':
      return node.of.some((part) => evaluateQuery(part, has));
  }
}

class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

function single(kind: 'and' | 'or', of: QueryNode[]): QueryNode {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

const SIGNS: Record<string, Token['kind']> = {
  '(': 'open',
  '（': 'open',
  ')': 'close',
  '）': 'close',
  '|': 'or',
  '&': 'and',
};
const WORDS: Record<string, Token['kind']> = {
  AND: 'and',
  OR: 'or',
  NOT: 'not',
  且: 'and',
  或: 'or',
  非: 'not',
};
const CLOSING: Record<string, string> = { '"': '"', '“': '”', '「': '」' };

function tokenize(text: string): Token[] | { position: number; message: string } {
  const tokens: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const c = text.charAt(i);
    if (c.trim() === '') {
      i++;
      continue;
    }
    const sign = SIGNS[c];
    const closing = CLOSING[c];
    if (sign !== undefined) {
      tokens.push({ kind: sign, text: c, position: i++ });
    } else if (c === '-' && /\s|^$/.test(text.charAt(i - 1))) {
      tokens.push({ kind: 'not', text: c, position: i++ });
    } else if (closing !== undefined) {
      const end = text.indexOf(closing, i + 1);
      if (end === -1) return { position: i, message: `missing closing ${closing}` };
      const literal = text.slice(i + 1, end).trim();
      if (literal === '') return { position: i, message: 'empty quotes' };
      tokens.push({ kind: 'literal', text: literal, position: i });
      i = end + 1;
    } else {
      let end = i;
      while (
        end < text.length &&
        !(text.charAt(end) in SIGNS) &&
        !(text.charAt(end) in CLOSING) &&
        text.charAt(end).trim() !== ''
      )
        end++;
      const word = text.slice(i, end);
      tokens.push({ kind: WORDS[word] ?? 'literal', text: word, position: i });
      i = end;
    }
  }
  tokens.push({ kind: 'end', text: '', position: text.length });
  return tokens;
}
