import { RECORD_LISTS, RECORD_WRAPPERS } from '#shared/post/native/envelope.ts';
import { RAW_MAX_LENGTH, RECORD_MAX_LENGTH, type RawRecord } from './format.ts';
import { recordOfJson } from './lines.ts';

/**
 * The records inside a JSON document of any size, without holding the document: the elements of a top-level array,
 * or of the arrays under the names that exporters use, looked for through objects of known names:
 *
 *     [ {…}, {…} ]     {"user":{…},"weibo":[ {…} ]}     {"ok":1,"data":{"list":[ {…} ]}}     {…}{…} (one after another)
 *
 * A root object that holds none of these is a record itself. `index` counts records from 1.
 */
export async function* readJson(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const splitter = new JsonSplitter();
  for await (const chunk of text) yield* splitter.push(chunk);
  yield* splitter.end();
}

const LISTS = new Set<string>(RECORD_LISTS);
const WRAPPERS = new Set<string>(RECORD_WRAPPERS);

/**
 * What an open bracket is: `root` and `wrapper` objects are searched for lists, the elements of a `list` are
 * records, everything else is only counted for nesting.
 */
type Role = 'root' | 'wrapper' | 'list' | 'record' | 'other';

/** A character machine over nesting; only the record being read (or a root object that may be one) is kept. */
class JsonSplitter {
  readonly #roles: Role[] = [];
  /** Nesting depth at which the kept value began; −1 while nothing is kept. */
  #keptDepth = -1;
  #kept = '';
  #inString = false;
  #isEscaped = false;
  /** The last string seen where keys matter, and the key in force. */
  #word = '';
  #key = '';
  /** Numbers, words and strings that stand where a record should. */
  #scalar = '';
  #index = 0;

  *push(chunk: string): Generator<RawRecord> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.#inString) {
        at = this.#readString(chunk, at);
        continue;
      }
      const unit = chunk.charCodeAt(at);
      if (unit === QUOTE) {
        this.#inString = true;
        this.#word = '';
        if (this.#expectsRecord()) this.#addScalar('"');
      } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
        if (this.#open(unit === OPEN_BRACE)) from = at;
      } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
        yield* this.#flushScalar();
        this.#roles.pop();
        if (this.#roles.length !== this.#keptDepth) continue;
        this.#keep(chunk.slice(from, at + 1));
        yield this.#take();
      } else if (unit === COLON) {
        this.#key = this.#word;
      } else if (this.#expectsRecord()) {
        if (unit === COMMA || unit <= SPACE) yield* this.#flushScalar();
        else this.#addScalar(chunk.charAt(at));
      }
    }
    if (this.#keptDepth >= 0) this.#keep(chunk.slice(from));
  }

  *end(): Generator<RawRecord> {
    if (this.#keptDepth >= 0) this.#scalar = this.#kept;
    else if (this.#inString || this.#roles.length > 0) this.#addScalar('…');
    yield* this.#flushScalar();
  }

  /** Moves to the end of the string; returns the index of the last character it looked at. */
  #readString(chunk: string, start: number): number {
    let at = start;
    for (; at < chunk.length && this.#inString; at++) {
      const unit = chunk.charCodeAt(at);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (unit === BACKSLASH) this.#isEscaped = true;
      else if (unit === QUOTE) this.#inString = false;
    }
    if (this.#expectsRecord()) this.#addScalar(chunk.slice(start, at));
    else if (this.#word.length < LONGEST_KEY)
      this.#word += chunk.slice(start, Math.min(this.#inString ? at : at - 1, start + LONGEST_KEY));
    return at - 1;
  }

  /** True where keeping starts at this bracket. */
  #open(isObject: boolean): boolean {
    const role = this.#roleOf(isObject);
    const isKept = role === 'record' || role === 'root';
    if (isKept) this.#keptDepth = this.#roles.length;
    if (isKept || role === 'list') this.#kept = '';
    if (role === 'list') this.#keptDepth = -1;
    this.#roles.push(role);
    this.#key = '';
    return isKept;
  }

  #roleOf(isObject: boolean): Role {
    const parent = this.#roles.at(-1);
    if (parent === undefined) return isObject ? 'root' : 'list';
    if (parent === 'list') return 'record';
    if (parent !== 'root' && parent !== 'wrapper') return 'other';
    if (isObject) return WRAPPERS.has(this.#key) ? 'wrapper' : 'other';
    return LISTS.has(this.#key) ? 'list' : 'other';
  }

  #expectsRecord(): boolean {
    return this.#roles.length === 0 || this.#roles.at(-1) === 'list';
  }

  #keep(piece: string): void {
    if (this.#kept.length <= RECORD_MAX_LENGTH) this.#kept += piece;
  }

  #take(): RawRecord {
    const json = this.#kept;
    this.#kept = '';
    this.#keptDepth = -1;
    this.#index += 1;
    return json.length > RECORD_MAX_LENGTH
      ? { index: this.#index, raw: json.slice(0, RAW_MAX_LENGTH), refused: 'post/line-too-long' }
      : recordOfJson(json, this.#index);
  }

  #addScalar(piece: string): void {
    if (this.#scalar.length < RAW_MAX_LENGTH) this.#scalar += piece;
  }

  *#flushScalar(): Generator<RawRecord> {
    if (this.#scalar === '') return;
    this.#index += 1;
    const record = recordOfJson(this.#scalar, this.#index);
    this.#scalar = '';
    yield record;
  }
}

const LONGEST_KEY = 20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
