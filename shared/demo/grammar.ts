import { pick, type Random } from './random.ts';

/**
 * A sentence pattern: `{甲|乙|}` chooses one of its alternatives (an empty one may vanish), `<name>` stands for a
 * word of the vocabulary, which may hold patterns itself. `用<ds>{写|改}周报{，|}{真香|省心}` makes 1 × 2 × 2 × 2 sentences.
 */
export type Pattern = (random: Random) => string;

export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** Compiles patterns once; expanding is then a walk over closures. */
export function grammarOf(vocabulary: Vocabulary): (pattern: string) => Pattern {
  const words = new Map<string, readonly Pattern[]>();
  const compile = (pattern: string): Pattern => sequence(new Reader(pattern), wordOf);
  const wordOf = (name: string): Pattern => {
    const entries = vocabulary[name];
    if (entries === undefined) throw new Error(`The demo vocabulary lacks <${name}>`);
    return (random) => {
      const compiled = words.get(name) ?? entries.map(compile);
      words.set(name, compiled);
      return pick(random, compiled)(random);
    };
  };
  return compile;
}

class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Plain characters up to the next sign of the pattern language. */
  literal(): string {
    const start = this.at;
    while (this.at < this.text.length && !'{|}<'.includes(this.text.charAt(this.at))) this.at += 1;
    return this.text.slice(start, this.at);
  }

  take(): string {
    const sign = this.text.charAt(this.at);
    this.at += 1;
    return sign;
  }

  name(): string {
    const end = this.text.indexOf('>', this.at);
    if (end < 0) throw new Error(`Unclosed < in the pattern ${this.text}`);
    const name = this.text.slice(this.at, end);
    this.at = end + 1;
    return name;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }
}

function sequence(reader: Reader, wordOf: (name: string) => Pattern): Pattern {
  const parts: (string | Pattern)[] = [];
  while (reader.at < reader.text.length && reader.peek() !== '|' && reader.peek() !== '}') {
    const literal = reader.literal();
    if (literal !== '') parts.push(literal);
    if (reader.peek() === '<') {
      reader.take();
      parts.push(wordOf(reader.name()));
    } else if (reader.peek() === '{') {
      reader.take();
      parts.push(choice(reader, wordOf));
    }
  }
  return (random) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(random);
    return text;
  };
}

function choice(reader: Reader, wordOf: (name: string) => Pattern): Pattern {
  const alternatives: Pattern[] = [];
  for (;;) {
    alternatives.push(sequence(reader, wordOf));
    const sign = reader.take();
    if (sign === '}') break;
    if (sign !== '|') throw new Error(`Unclosed { in the pattern ${reader.text}`);
  }
  return (random) => pick(random, alternatives)(random);
}
