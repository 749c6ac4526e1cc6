import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { StoreClock } from '#shared/node/clock.ts';
import type { PostFilter, Position, StoredPost } from '#shared/node/store/post-search.ts';
import { authorHash } from '#shared/node/store/posts.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { DAY_MS } from '#shared/series/bucket.ts';
import { risingWords } from '#shared/series/words.ts';
import {
  blockedAuthorSchema,
  facetsSchema,
  listOf,
  labelRequestSchema,
  mentionViewSchema,
  postDetailSchema,
  postListSchema,
  postQuerySchema,
  wordsSchema,
  type PostQuery,
  type PostView,
} from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { correctionLine } from '../correction-line.ts';
import { decodeCursor, encodeCursor, iso, parseInstant } from './params.ts';

export interface PostsDeps {
  store: Store;
  clock: StoreClock;
}

const refParams = z.object({ ref: z.string().max(300) });
/** Posts looked at for rising words, newest first: keeps the answer below a second on busy topics. */
const WORD_POSTS = 20_000;

/** /posts: the explorer. Each number elsewhere is a link to one of these queries. */
export async function postsRoutes(app: FastifyInstance, deps: PostsDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;

  typed.get(
    '/posts',
    {
      schema: { querystring: postQuerySchema, response: { 200: postListSchema }, tags: ['posts'] },
    },
    async (request) => {
      const topics = await store.topics.list();
      const filter = toFilter(request.query, topics, deps.clock.now());
      const after = positionOf(request.query.cursor);
      const [{ posts, next }, total] = await Promise.all([
        store.search.list(filter, {
          limit: request.query.limit,
          order: request.query.order,
          after,
        }),
        store.search.count(filter),
      ]);
      return {
        items: await toViews(store, posts, topics),
        next: next && encodeCursor(next),
        total,
      };
    },
  );

  typed.get(
    '/posts/facets',
    { schema: { querystring: postQuerySchema, response: { 200: facetsSchema }, tags: ['posts'] } },
    async (request) => {
      const topics = await store.topics.list();
      const found = await store.search.facets(toFilter(request.query, topics, deps.clock.now()));
      const ids = new Map(topics.map((topic) => [topic.key, topic.id]));
      return {
        ...found,
        topics: found.topics.flatMap(({ key, n }) =>
          ids.has(key) ? [{ key: ids.get(key) as string, n }] : [],
        ),
      };
    },
  );

  typed.get(
    '/words',
    { schema: { querystring: postQuerySchema, response: { 200: wordsSchema }, tags: ['posts'] } },
    async (request) => {
      const topics = await store.topics.list();
      const filter = toFilter(request.query, topics, deps.clock.now());
      const background = {
        ...filter,
        from: Math.max(filter.from - DAY_MS, filter.from - 7 * (filter.to - filter.from)),
        to: filter.from,
      };
      const [now, before] = await Promise.all([
        store.search.wordAuthors(filter, WORD_POSTS),
        store.search.wordAuthors(background, WORD_POSTS),
      ]);
      const all = risingWords(
        { authors: now.words, total: now.authors },
        { authors: before.words, total: before.authors },
        30,
      );
      const falling = risingWords(
        { authors: before.words, total: before.authors },
        { authors: now.words, total: now.authors },
        30,
      );
      const own = new Set(
        topics.flatMap((topic) => [topic.name, ...topic.aliases]).map((name) => name.toLowerCase()),
      );
      const view = (word: {
        word: string;
        authors: number;
        backgroundAuthors: number;
        ratio: number;
        g2: number;
      }) => ({
        word: word.word,
        authors: word.authors,
        backgroundAuthors: word.backgroundAuthors,
        ratio: finite(word.ratio),
        g2: word.g2,
      });
      return {
        from: iso(filter.from),
        to: iso(filter.to),
        authors: now.authors,
        rising: all
          .filter((word) => !own.has(word.word))
          .slice(0, 12)
          .map(view),
        falling: falling
          .filter((word) => !own.has(word.word))
          .slice(0, 12)
          .map((word) =>
            view({
              ...word,
              authors: word.backgroundAuthors,
              backgroundAuthors: word.authors,
              ratio: word.ratio === 0 ? 0 : 1 / word.ratio,
              g2: -word.g2,
            }),
          ),
      };
    },
  );

  typed.get(
    '/posts/:ref',
    { schema: { params: refParams, response: { 200: postDetailSchema }, tags: ['posts'] } },
    async (request) => {
      const topics = await store.topics.list();
      const post = await findPost(store, request.params.ref);
      const [view] = await toViews(store, [post], topics);
      const copies = await store.search.copies(
        post.root,
        post.createdAt - 7 * DAY_MS,
        post.createdAt + 7 * DAY_MS,
      );
      return {
        ...(view as PostView),
        words: post.words === '' ? [] : post.words.split(' '),
        copies,
        mood: { label: post.label, score: post.score },
      };
    },
  );

  typed.put(
    '/posts/:ref/labels/:topic',
    {
      schema: {
        params: z.object({ ref: z.string().max(300), topic: z.string().max(60) }),
        body: labelRequestSchema,
        response: { 200: mentionViewSchema },
        tags: ['posts'],
      },
    },
    async (request) => {
      const topic = await store.topics.get(request.params.topic);
      const post = await findPost(store, request.params.ref);
      await store.corrections.set(post.ref, topic, {
        label: request.body.label,
        by: request.principal?.name ?? '',
        reason: request.body.reason,
      });
      const [view] = await toViews(store, [await store.search.get(post.ref)], [topic]);
      const mention = view?.mentions.find((candidate) => candidate.topic === topic.id);
      if (!mention)
        throw new AppError('post/topic-not-mentioned', `This post does not mention ${topic.id}.`);
      return mention;
    },
  );

  typed.post(
    '/posts/:ref/block-author',
    {
      schema: {
        params: refParams,
        response: { 200: blockedAuthorSchema.pick({ author: true, name: true }) },
        tags: ['posts'],
      },
    },
    async (request) => {
      const post = await findPost(store, request.params.ref);
      const author = {
        ...(post.authorId === null ? {} : { id: post.authorId }),
        ...(post.authorName === null ? {} : { name: post.authorName }),
      };
      if (Object.keys(author).length === 0)
        throw new AppError('request/invalid', 'This post has no author to block.');
      const name = post.authorName ?? post.authorId ?? '';
      const hash = authorHash({ source: post.source, id: post.id, text: '', createdAt: 0, author });
      await store.db.query(
        'insert into blocked_authors (author, name, by_name, at) values ($1, $2, $3, $4) on conflict do nothing',
        [hash, name, request.principal?.name ?? '', Date.now()],
      );
      return { author: String(hash), name };
    },
  );

  typed.get(
    '/blocked-authors',
    { schema: { response: { 200: listOf(blockedAuthorSchema) }, tags: ['posts'] } },
    async () => {
      const { rows } = await store.db.query<{
        author: number;
        name: string;
        by_name: string;
        at: number;
      }>('select author, name, by_name, at from blocked_authors order by at desc limit 1000');
      return {
        items: rows.map((row) => ({
          author: String(row.author),
          name: row.name,
          by: row.by_name,
          at: iso(row.at),
        })),
        next: null,
      };
    },
  );
  typed.delete(
    '/blocked-authors/:author',
    {
      schema: {
        params: z.object({
          author: z.coerce
            .number()
            .int()
            .min(-(2 ** 31))
            .max(2 ** 31 - 1),
        }),
        response: { 204: z.null() },
        tags: ['posts'],
      },
    },
    async (request, reply) => {
      await store.db.query('delete from blocked_authors where author = $1', [
        request.params.author,
      ]);
      return reply.code(204).send(null);
    },
  );

  typed.get(
    '/corrections',
    {
      schema: {
        querystring: z.object({
          topic: z.string().max(60).optional(),
          limit: z.coerce.number().int().min(1).max(100_000).default(1000),
          /** `jsonl`: one {text, topic, label} a line, for `weimai train --corrections`. */
          format: z.enum(['json', 'jsonl']).default('json'),
        }),
        tags: ['posts'],
      },
    },
    async (request, reply) => {
      const topic =
        request.query.topic === undefined ? undefined : await store.topics.get(request.query.topic);
      const [items, count] = await Promise.all([
        store.corrections.list({
          limit: request.query.limit,
          ...(topic === undefined ? {} : { topicKey: topic.key }),
        }),
        store.corrections.count(),
      ]);
      if (request.query.format === 'jsonl')
        return reply
          .type('application/x-ndjson; charset=utf-8')
          .send(items.map((item) => `${correctionLine(item)}\n`).join(''));
      return {
        items: items.map((item) => ({ ...item, at: iso(item.at) })),
        next: null,
        total: count.total,
        agreed: items.filter((item) => item.label === item.previous).length,
      };
    },
  );
}

const finite = (ratio: number): number =>
  Number.isFinite(ratio) ? Math.round(ratio * 10) / 10 : 999;

/** `pid-time` of our own links, or `source:id` as received. */
async function findPost(store: Store, ref: string): Promise<StoredPost> {
  const colon = ref.indexOf(':');
  return colon > 0
    ? store.search.find(ref.slice(0, colon), ref.slice(colon + 1))
    : store.search.get(ref);
}

function positionOf(cursor: string | undefined): Position | undefined {
  const value = decodeCursor(cursor);
  if (value === undefined) return undefined;
  const parsed = z.tuple([z.number(), z.number(), z.number()]).safeParse(value);
  if (!parsed.success)
    throw new AppError('request/invalid', 'cursor is not one of ours; start again without it.', {
      errors: [{ field: 'cursor', message: 'is not valid' }],
    });
  return parsed.data;
}

/** Without from/to: the last 24 hours of the clock. */
export function toFilter(
  query: PostQuery,
  topics: readonly StoredTopic[],
  now: number,
): PostFilter {
  const to = parseInstant('to', query.to) ?? now + 60_000;
  const from = parseInstant('from', query.from) ?? to - DAY_MS;
  let topicKey: number | undefined;
  if (query.topic !== undefined && query.topic !== '') {
    topicKey = topics.find((topic) => topic.id === query.topic)?.key;
    if (topicKey === undefined)
      throw new AppError('topic/not-found', `There is no topic "${query.topic}".`, {
        errors: [{ field: 'topic', message: 'is unknown' }],
      });
  }
  const named = query.root !== undefined && query.root.includes(':') ? query.root : undefined;
  const colon = named?.indexOf(':') ?? 0;
  const rootPost =
    named === undefined ? undefined : { source: named.slice(0, colon), id: named.slice(colon + 1) };
  const root =
    query.root === undefined || query.root === '' || rootPost !== undefined
      ? undefined
      : Number(query.root);
  if (root !== undefined && !Number.isSafeInteger(root))
    throw new AppError('request/invalid', 'root is a number, or source:id.', {
      errors: [{ field: 'root', message: 'is not a root' }],
    });
  return {
    from,
    to,
    q: query.q,
    topicKey,
    label: query.label,
    author: blank(query.author),
    source: blank(query.source),
    region: blank(query.region),
    root,
    rootPost,
    word: blank(query.word),
    corrected: query.corrected === undefined ? undefined : query.corrected === '1',
  };
}

const blank = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

export async function toViews(
  store: Store,
  posts: readonly StoredPost[],
  topics: readonly StoredTopic[],
): Promise<PostView[]> {
  const ids = new Map(topics.map((topic) => [topic.key, topic.id]));
  return Promise.all(
    posts.map(async (post) => {
      const corrected = post.mentions.some((mention) => mention.corrected)
        ? await store.corrections.read(post.ref)
        : new Map<number, never>();
      return {
        ref: post.ref,
        source: post.source,
        id: post.id,
        text: post.text,
        createdAt: iso(post.createdAt),
        receivedAt: iso(post.receivedAt),
        author: {
          id: post.authorId,
          name: post.authorName,
          followers: post.followers,
          verified: post.verified,
          region: post.region,
        },
        url: post.url,
        repostOf:
          post.repostId === null && post.repostText === null && post.repostAuthor === null
            ? null
            : { id: post.repostId, text: post.repostText, author: post.repostAuthor },
        counts: { reposts: post.reposts, comments: post.comments, likes: post.likes },
        demo: post.demo,
        mentions: post.mentions.flatMap((mention) => {
          const topic = ids.get(mention.topicKey);
          if (topic === undefined) return [];
          const change = corrected.get(mention.topicKey);
          return [
            {
              topic,
              label: mention.label,
              score: mention.score,
              evidence: mention.evidence.map(([start, end, effect, rule]) => ({
                text: post.text.slice(start, end),
                start,
                end,
                effect,
                rule,
              })),
              corrected:
                change === undefined
                  ? null
                  : { from: change.from, by: change.by, at: iso(change.at), reason: change.reason },
            },
          ];
        }),
      };
    }),
  );
}
