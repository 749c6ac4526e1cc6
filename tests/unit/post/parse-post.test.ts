import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, isCleanKey, isLongerThan } from '#shared/post/hygiene.ts';
import { parsePost } from '#shared/post/parse-post.ts';
import { POST_LIMITS, REJECT_CODES, wirePostSchema, type ParsedPost } from '#shared/post/post.ts';
import { parseTime } from '#shared/post/time.ts';

const NOW = Date.parse('2025-01-27T12:00:00+08:00');
const wire = (changes: Record<string, unknown> = {}) => ({
  id: '5126',
  source: 'weibo',
  text: '今天体验了DeepSeek，太强了！',
  createdAt: '2025-01-27T09:00:00+08:00',
  ...changes,
});
const rejection = (parsed: ParsedPost) => (parsed.ok ? undefined : parsed.rejection);

describe('a wire post', () => {
  test('keeps what the contract names and drops the rest', () => {
    const parsed = parsePost(
      wire({
        author: {
          id: 7,
          name: '小\0林',
          followers: 12,
          verified: true,
          region: '浙江',
          admin: true,
        },
        url: 'https://weibo.com/1/P9aBcDeFg',
        repostOf: { id: '1', text: '原文', author: '某人' },
        counts: { reposts: 1, comments: 2, likes: 3 },
        tags: ['DeepSeek'],
        lang: 'zh',
        unknown: 1,
      }),
      NOW,
    );
    expect(parsed).toEqual({
      ok: true,
      post: {
        id: '5126',
        source: 'weibo',
        text: '今天体验了DeepSeek，太强了！',
        createdAt: NOW - 3 * 3_600_000,
        author: { id: '7', name: '小林', followers: 12, verified: true, region: '浙江' },
        url: 'https://weibo.com/1/P9aBcDeFg',
        repostOf: { id: '1', text: '原文', author: '某人' },
        counts: { reposts: 1, comments: 2, likes: 3 },
        tags: ['DeepSeek'],
        lang: 'zh',
      },
    });
  });

  test('without a source gets the default one', () => {
    const parsed = parsePost(wire({ source: undefined }), NOW, { defaultSource: 'mine' });
    expect(parsed).toMatchObject({ ok: true, post: { source: 'mine' } });
    expect(parsePost(wire({ source: undefined }), NOW)).toMatchObject({
      ok: true,
      post: { source: 'api' },
    });
  });

  test('with a relative time needs the moment it was fetched', () => {
    expect(rejection(parsePost(wire({ createdAt: '3分钟前' }), NOW))).toMatchObject({
      code: 'post/time-invalid',
    });
    expect(parsePost(wire({ createdAt: '3分钟前' }), NOW, { fetchedAt: NOW })).toMatchObject({
      ok: true,
      post: { createdAt: NOW - 180_000 },
    });
  });

  test('never carries an address that a browser would execute', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      ' https://a',
      'https://a\u0000b',
    ]) {
      const parsed = parsePost(wire({ url }), NOW);
      expect(parsed.ok && parsed.post.url).toBeUndefined();
    }
  });

  test.each([
    [null, 'post/not-an-object', undefined],
    ['text', 'post/not-an-object', undefined],
    [[], 'post/not-an-object', undefined],
    [wire({ id: undefined }), 'post/id-missing', '/id'],
    [wire({ id: '' }), 'post/id-missing', '/id'],
    [wire({ id: 2 ** 60 }), 'post/id-invalid', '/id'],
    [wire({ id: 1.5 }), 'post/id-invalid', '/id'],
    [wire({ id: 'a\0' }), 'post/id-invalid', '/id'],
    [wire({ id: '\ud800' }), 'post/id-invalid', '/id'],
    [wire({ id: 'x'.repeat(201) }), 'post/id-invalid', '/id'],
    [wire({ source: 'We ibo' }), 'post/source-invalid', '/source'],
    [wire({ text: undefined }), 'post/text-missing', '/text'],
    [wire({ text: '\0\u0001' }), 'post/text-missing', '/text'],
    [wire({ text: 12 }), 'post/field-invalid', '/text'],
    [wire({ text: '长'.repeat(10_001) }), 'post/text-too-long', '/text'],
    [wire({ createdAt: undefined }), 'post/time-missing', '/createdAt'],
    [wire({ createdAt: 'soon' }), 'post/time-invalid', '/createdAt'],
    [wire({ createdAt: 1_737_378_240 }), 'post/time-invalid', '/createdAt'],
    [wire({ createdAt: '1999-12-31T23:59:59Z' }), 'post/time-out-of-range', '/createdAt'],
    [wire({ createdAt: '2025-01-28T12:00:01+08:00' }), 'post/time-out-of-range', '/createdAt'],
    [wire({ author: 'me' }), 'post/field-invalid', '/author'],
    [
      wire({ author: { followers: Number.POSITIVE_INFINITY } }),
      'post/field-invalid',
      '/author/followers',
    ],
    [wire({ author: { name: '名'.repeat(201) } }), 'post/field-invalid', '/author/name'],
    [wire({ counts: { likes: -1 } }), 'post/field-invalid', '/counts/likes'],
    [wire({ tags: ['ok', 5] }), 'post/field-invalid', '/tags/1'],
    [wire({ repostOf: { text: 5 } }), 'post/field-invalid', '/repostOf/text'],
    [wire({ lang: 'x'.repeat(21) }), 'post/field-invalid', '/lang'],
  ])('%j is refused', (value, code, field) => {
    const refused = rejection(parsePost(value, NOW));
    expect(refused?.code).toBe(code);
    expect(refused?.field).toBe(field);
    expect(refused?.message).toMatch(/\w/);
  });

  test('"constructor", "__proto__" and friends stay plain text', () => {
    const parsed = parsePost(
      JSON.parse(
        '{"id":"__proto__","text":"constructor","createdAt":"2025-01-27","__proto__":{"x":1}}',
      ),
      NOW,
    );
    expect(parsed).toMatchObject({ ok: true, post: { id: '__proto__', text: 'constructor' } });
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('agreement with wirePostSchema', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constant('DeepSeek 太强了'),
  );
  const odd = fc.constantFrom<unknown>(
    null,
    5,
    -1,
    2.5,
    true,
    [],
    {},
    '',
    'x'.repeat(250),
    Number.POSITIVE_INFINITY,
    2 ** 60,
  );
  const maybe = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof(
      { weight: 6, arbitrary },
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: odd },
    );
  const counts = fc.record({
    reposts: maybe(fc.nat()),
    comments: maybe(fc.nat()),
    likes: maybe(fc.nat()),
  });
  const candidate = fc.record({
    id: fc.oneof(
      { weight: 5, arbitrary: fc.stringMatching(/^[0-9]{1,19}$/) },
      { weight: 1, arbitrary: word },
      { weight: 1, arbitrary: odd },
    ),
    source: maybe(fc.constantFrom('weibo', 'api', 'We', 'a.b-c_d')),
    text: fc.oneof({ weight: 8, arbitrary: word }, { weight: 1, arbitrary: odd }),
    createdAt: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom('2025-01-27T09:00:00+08:00', '2025-01-20 21:04', 'no'),
      },
      { weight: 1, arbitrary: odd },
    ),
    author: maybe(
      fc.record({
        id: maybe(word),
        name: maybe(word),
        followers: maybe(fc.nat()),
        verified: maybe(fc.boolean()),
        region: maybe(word),
      }),
    ),
    url: maybe(fc.constantFrom('https://weibo.com/1/P9', 'javascript:1')),
    repostOf: maybe(fc.record({ id: maybe(word), text: maybe(word), author: maybe(word) })),
    counts: maybe(counts),
    tags: maybe(
      fc.array(fc.oneof({ weight: 20, arbitrary: word }, { weight: 1, arbitrary: odd }), {
        maxLength: 5,
      }),
    ),
    lang: maybe(fc.constantFrom('zh', 'en')),
  });

  test('the same candidates pass and give the same post', () => {
    fc.assert(
      fc.property(candidate, (value) => {
        const byHand = parsePost(value, NOW);
        expect(byHand.ok ? byHand.post : undefined).toEqual(bySchema(value));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The documented contract, then the four rules that a schema cannot say. */
function bySchema(value: unknown): unknown {
  const parsed = wirePostSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { id, source, text, createdAt, author, url, repostOf, counts, tags, lang } = parsed.data;
  const at = parseTime(createdAt);
  const ids = [id, author?.id, repostOf?.id].filter((key) => key !== undefined);
  if (Number.isNaN(at) || at > NOW + POST_LIMITS.futureMs || cleanText(text) === '')
    return undefined;
  if (isLongerThan(text, POST_LIMITS.textLength) || !ids.every(isCleanKey)) return undefined;
  return prune({
    id,
    source,
    text: cleanText(text),
    createdAt: at,
    author: author && { ...author, name: clean(author.name), region: clean(author.region) },
    url: url !== undefined && /^https?:/.test(url) ? url : undefined,
    repostOf: repostOf && {
      ...repostOf,
      text: clean(repostOf.text),
      author: clean(repostOf.author),
    },
    counts,
    tags: tags?.map((tag) => cleanText(tag)),
    lang,
  });
}

const clean = (text: string | undefined) => (text === undefined ? undefined : cleanText(text));

function prune(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value)
    .map(([key, field]) => [key, prune(field)] as const)
    .filter(([, field]) => field !== undefined && !(Array.isArray(field) && field.length === 0));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

describe('hostile input', () => {
  const file = `${process.env['WEIMAI_DATA'] ?? '../shared/data'}/hostile/naughty-strings.json`;
  test.skipIf(!existsSync(file))(
    '515 naughty strings as text, id, author and time: parsed or refused by name',
    () => {
      const strings = JSON.parse(readFileSync(file, 'utf8')) as string[];
      expect(strings.length).toBeGreaterThan(500);
      for (const naughty of strings) {
        const variants = [
          wire({ text: naughty }),
          wire({ id: naughty }),
          wire({ author: { id: naughty, name: naughty, region: naughty } }),
          wire({ createdAt: naughty }),
          wire({ source: naughty }),
          wire({
            url: naughty,
            lang: naughty,
            tags: [naughty],
            repostOf: { text: naughty, author: naughty },
          }),
          {
            idstr: '1',
            created_at: naughty,
            text: naughty,
            user: { id: naughty, screen_name: naughty },
          },
          { note_id: naughty, create_time: naughty, content: naughty },
        ];
        for (const variant of variants) {
          const parsed = parsePost(variant, NOW);
          if (parsed.ok) {
            expect(parsed.post.text.isWellFormed() && !parsed.post.text.includes('\0')).toBe(true);
          } else {
            expect(REJECT_CODES).toContain(parsed.rejection.code);
            expect(parsed.rejection.field).toBeTypeOf('string');
          }
        }
      }
    },
  );

  test('anything JSON can say is parsed or refused, never thrown', () => {
    const keys = fc.constantFrom(
      'id',
      'text',
      'createdAt',
      'created_at',
      'idstr',
      'user',
      'note_id',
      'create_time',
      'commit',
      'did',
      'kind',
      '正文',
      '日期',
      'account',
      'content',
      'author',
      'counts',
      'payload',
      'retweeted_status',
    );
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue()))),
        (value) => {
          const parsed = parsePost(value, NOW);
          expect(parsed.ok || REJECT_CODES.includes(parsed.rejection.code)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
