import { cleanText, isCleanKey, isLongerThan } from './hygiene.ts';
import { draftOfNative } from './native/detect.ts';
import { isRecord, type ForeignRecord, type PostDraft } from './native/draft.ts';
import {
  DEFAULT_SOURCE,
  POST_LIMITS,
  type ParsedPost,
  type Post,
  type PostAuthor,
  type RejectCode,
} from './post.ts';
import { isRelativeTime, parseTime } from './time.ts';

export interface ParseOptions {
  /** Source of posts that do not name one; native records then keep their platform (`weibo`, `bluesky`) unless it is set. */
  defaultSource?: string;
  /** When the record was fetched, epoch ms; without it relative times (`3分钟前`) are refused. */
  fetchedAt?: number;
}

/**
 * One foreign value to one clean post, or the reason why not. Accepts the wire post (`wirePostSchema`, checked by
 * hand because this is the hot path of the API; a property test keeps the two equal) and the native records of the
 * crawlers and APIs in `native/`. Never throws on anything `JSON.parse` can return.
 *
 * Beyond the schema: text loses control characters and must keep at least one character; ids hold no control
 * characters; `createdAt` lies in 2000 … now + 24 h; a `url` that is not http(s) is left out; empty parts are left out.
 */
export function parsePost(value: unknown, now: number, options: ParseOptions = {}): ParsedPost {
  if (!isRecord(value))
    return refuse('post/not-an-object', undefined, 'A post must be a JSON object');
  if (value['createdAt'] === undefined) {
    const draft = draftOfNative(value);
    if (draft !== undefined) return parseDraft(draft, now, options);
  }
  return parseWirePost(value, now, options);
}

/** Checks what a mapper has made of a native record; its optional parts are cut to size rather than refused. */
export function parseDraft(draft: PostDraft, now: number, options: ParseOptions = {}): ParsedPost {
  const { columns } = draft;
  const source = options.defaultSource ?? draft.source;
  if (!isSource(source)) return refuse('post/source-invalid', 'source', SOURCE_HELP);
  const id = readId(draft.id, columns.id);
  if (typeof id !== 'string') return id;
  const text = readText(
    typeof draft.text === 'string' ? draft.text.trim() : draft.text,
    columns.text,
  );
  if (typeof text !== 'string') return text;
  const createdAt = readTime(
    draft.createdAt,
    columns.createdAt,
    now,
    draft.fetchedAt ?? options.fetchedAt,
  );
  if (typeof createdAt !== 'number') return createdAt;
  const post: Post = { source, id, text, createdAt };
  trimExtras(post, draft);
  return { ok: true, post };
}

function parseWirePost(value: ForeignRecord, now: number, options: ParseOptions): ParsedPost {
  const source =
    value['source'] === undefined ? (options.defaultSource ?? DEFAULT_SOURCE) : value['source'];
  if (!isSource(source)) return refuse('post/source-invalid', '/source', SOURCE_HELP);
  const id = readId(value['id'], '/id');
  if (typeof id !== 'string') return id;
  const text = readText(value['text'], '/text');
  if (typeof text !== 'string') return text;
  if (typeof value['createdAt'] === 'number')
    return refuse('post/time-invalid', '/createdAt', TIME_HELP);
  const fetchedAt =
    value['fetchedAt'] === undefined ? options.fetchedAt : parseTime(value['fetchedAt']);
  const createdAt = readTime(value['createdAt'], '/createdAt', now, fetchedAt);
  if (typeof createdAt !== 'number') return createdAt;
  const post: Post = { source, id, text, createdAt };
  const problem = readExtras(post, value);
  return problem ?? { ok: true, post };
}

type Refused = Extract<ParsedPost, { ok: false }>;

const SOURCE_HELP =
  'A source is 1-40 of a-z, 0-9, dot, dash, underscore and starts with a letter or digit';
const TIME_HELP = 'Write the time as ISO 8601 with zone, like 2025-01-27T09:00:00+08:00';
const RELATIVE_HELP = 'A relative time needs the moment it was fetched (fetchedAt)';

function refuse(code: RejectCode, field: string | undefined, message: string): Refused {
  return {
    ok: false,
    rejection: field === undefined ? { code, message } : { code, field, message },
  };
}

const SOURCE = /^[a-z0-9][a-z0-9._-]{0,39}$/;

function isSource(source: unknown): source is string {
  return typeof source === 'string' && SOURCE.test(source);
}

function readId(id: unknown, field: string): string | Refused {
  if (id === undefined || id === null || id === '')
    return refuse('post/id-missing', field, 'A post needs an id');
  if (typeof id === 'number') {
    if (Number.isSafeInteger(id) && id >= 0) return String(id);
    return refuse(
      'post/id-invalid',
      field,
      'A number beyond 2^53 loses digits in JSON: send the id as a string',
    );
  }
  if (typeof id !== 'string' || id.length > POST_LIMITS.idLength || !isCleanKey(id)) {
    return refuse(
      'post/id-invalid',
      field,
      `An id is a string of at most ${POST_LIMITS.idLength} characters without control characters`,
    );
  }
  return id;
}

function readText(text: unknown, field: string): string | Refused {
  if (text === undefined || text === null || text === '')
    return refuse('post/text-missing', field, 'A post needs a text');
  if (typeof text !== 'string')
    return refuse('post/field-invalid', field, 'The text must be a string');
  if (isLongerThan(text, POST_LIMITS.textLength)) {
    return refuse(
      'post/text-too-long',
      field,
      `A text has at most ${POST_LIMITS.textLength} characters`,
    );
  }
  const clean = cleanText(text);
  return clean === ''
    ? refuse('post/text-missing', field, 'The text holds nothing but control characters')
    : clean;
}

function readTime(
  time: unknown,
  field: string,
  now: number,
  fetchedAt: number | undefined,
): number | Refused {
  if (time === undefined || time === null || time === '')
    return refuse('post/time-missing', field, 'A post needs its time');
  if (typeof time === 'string' && (time.length < 2 || time.length > 64))
    return refuse('post/time-invalid', field, TIME_HELP);
  const at = parseTime(time, fetchedAt);
  if (Number.isNaN(at))
    return refuse('post/time-invalid', field, isRelativeTime(time) ? RELATIVE_HELP : TIME_HELP);
  if (at >= POST_LIMITS.earliest && at <= now + POST_LIMITS.futureMs) return at;
  return refuse(
    'post/time-out-of-range',
    field,
    'The time must lie between the year 2000 and 24 hours from now',
  );
}

/** Optional parts of a wire post: a wrong type or size refuses the post and names the field. */
function readExtras(post: Post, value: ForeignRecord): Refused | undefined {
  const { author, url, repostOf, counts, tags, lang } = value;
  return (
    (author === undefined ? undefined : readAuthor(post, author)) ??
    (url === undefined ? undefined : readUrl(post, url)) ??
    (repostOf === undefined ? undefined : readRepost(post, repostOf)) ??
    (counts === undefined ? undefined : readCounts(post, counts)) ??
    (tags === undefined ? undefined : readTags(post, tags)) ??
    (lang === undefined ? undefined : readLang(post, lang))
  );
}

function readAuthor(post: Post, value: unknown): Refused | undefined {
  if (!isRecord(value)) return refuse('post/field-invalid', '/author', 'author must be an object');
  const { id, name, followers, verified, region } = value;
  const author: PostAuthor = {};
  if (id !== undefined) {
    const read = readId(id, '/author/id');
    if (typeof read !== 'string')
      return refuse(
        'post/field-invalid',
        '/author/id',
        'An author id is a string of 1-200 characters',
      );
    author.id = read;
  }
  if (name !== undefined) {
    if (!isShort(name, POST_LIMITS.nameLength))
      return tooLong('/author/name', POST_LIMITS.nameLength);
    author.name = cleanText(name, POST_LIMITS.nameLength);
  }
  if (followers !== undefined) {
    if (!isCount(followers)) return badCount('/author/followers');
    author.followers = followers;
  }
  if (verified !== undefined) {
    if (typeof verified !== 'boolean')
      return refuse('post/field-invalid', '/author/verified', 'verified must be true or false');
    author.verified = verified;
  }
  if (region !== undefined) {
    if (!isShort(region, POST_LIMITS.nameLength))
      return tooLong('/author/region', POST_LIMITS.nameLength);
    author.region = cleanText(region, POST_LIMITS.nameLength);
  }
  if (hasAny(author)) post.author = author;
  return undefined;
}

function readUrl(post: Post, url: unknown): Refused | undefined {
  if (!isShort(url, POST_LIMITS.urlLength)) return tooLong('/url', POST_LIMITS.urlLength);
  if (isWebAddress(url)) post.url = url;
  return undefined;
}

function readRepost(post: Post, value: unknown): Refused | undefined {
  if (!isRecord(value))
    return refuse('post/field-invalid', '/repostOf', 'repostOf must be an object');
  const { id, text, author } = value;
  const original: NonNullable<Post['repostOf']> = {};
  if (id !== undefined) {
    const read = readId(id, '/repostOf/id');
    if (typeof read !== 'string')
      return refuse('post/field-invalid', '/repostOf/id', 'An id is a string of 1-200 characters');
    original.id = read;
  }
  if (text !== undefined) {
    if (typeof text !== 'string')
      return refuse('post/field-invalid', '/repostOf/text', 'The text must be a string');
    original.text = cleanText(text);
  }
  if (author !== undefined) {
    if (!isShort(author, POST_LIMITS.nameLength))
      return tooLong('/repostOf/author', POST_LIMITS.nameLength);
    original.author = cleanText(author, POST_LIMITS.nameLength);
  }
  if (hasAny(original)) post.repostOf = original;
  return undefined;
}

function readCounts(post: Post, value: unknown): Refused | undefined {
  if (!isRecord(value)) return refuse('post/field-invalid', '/counts', 'counts must be an object');
  const { reposts, comments, likes } = value;
  const counts: NonNullable<Post['counts']> = {};
  if (reposts !== undefined) {
    if (!isCount(reposts)) return badCount('/counts/reposts');
    counts.reposts = reposts;
  }
  if (comments !== undefined) {
    if (!isCount(comments)) return badCount('/counts/comments');
    counts.comments = comments;
  }
  if (likes !== undefined) {
    if (!isCount(likes)) return badCount('/counts/likes');
    counts.likes = likes;
  }
  if (hasAny(counts)) post.counts = counts;
  return undefined;
}

function readTags(post: Post, value: unknown): Refused | undefined {
  if (!Array.isArray(value) || value.length > POST_LIMITS.tags) {
    return refuse(
      'post/field-invalid',
      '/tags',
      `tags must be a list of at most ${POST_LIMITS.tags}`,
    );
  }
  const tags: string[] = [];
  for (const [index, tag] of value.entries()) {
    if (!isShort(tag, POST_LIMITS.tagLength))
      return tooLong(`/tags/${index}`, POST_LIMITS.tagLength);
    tags.push(cleanText(tag, POST_LIMITS.tagLength));
  }
  if (tags.length > 0) post.tags = tags;
  return undefined;
}

function readLang(post: Post, lang: unknown): Refused | undefined {
  if (!isShort(lang, 20)) return tooLong('/lang', 20);
  post.lang = cleanText(lang, 20);
  return undefined;
}

/** Optional parts of a native record: cut, or left out where unusable; a crawler's oddities never cost the post. */
function trimExtras(post: Post, draft: PostDraft): void {
  const { author, url, repostOf, counts, tags, lang } = draft;
  if (author !== undefined) post.author = trimStrings(author);
  if (url !== undefined && url.length <= POST_LIMITS.urlLength && isWebAddress(url)) post.url = url;
  if (repostOf !== undefined) {
    const text = repostOf.text;
    post.repostOf = trimStrings(repostOf);
    if (text !== undefined) post.repostOf.text = cleanText(text);
  }
  if (counts !== undefined) post.counts = counts;
  if (tags !== undefined)
    post.tags = tags.slice(0, POST_LIMITS.tags).map((tag) => cleanText(tag, POST_LIMITS.tagLength));
  if (lang !== undefined) post.lang = cleanText(lang, 20);
}

function trimStrings<T extends object>(value: T): T {
  const copy = { ...value } as Record<string, unknown>;
  for (const [key, field] of Object.entries(copy)) {
    if (typeof field === 'string') copy[key] = cleanText(field, POST_LIMITS.nameLength);
  }
  return copy as T;
}

function isShort(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1e12;
}

/** Only addresses a browser may safely open; `javascript:` and the like never reach the page. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && isCleanKey(url);
}

function tooLong(field: string, max: number): Refused {
  return refuse('post/field-invalid', field, `Must be a string of at most ${max} characters`);
}

function badCount(field: string): Refused {
  return refuse('post/field-invalid', field, 'Must be a whole number from 0 to 10^12');
}

function hasAny(value: object): boolean {
  for (const _key in value) return true;
  return false;
}
