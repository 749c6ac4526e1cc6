import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { isDeeperThan, jsonDepth } from '#shared/post/hygiene.ts';
import { parsePost } from '#shared/post/parse-post.ts';
import { wirePostSchema, type Post, type Rejection } from '#shared/post/post.ts';
import type { NewDeadLetter } from '#shared/node/store/dead-letters.ts';
import { AppError } from '#shared/wire/errors.ts';
import type { Ingest } from '../ingest.ts';

export const JSON_LIMIT = 32 * 1024 * 1024;
/** Longest NDJSON line: a post of 10,000 characters with all its fields stays far below. */
const LINE_LIMIT = 256 * 1024;
const FLUSH_AT = 500;
/** Rejections listed in the answer; all of them are counted and kept. */
const LISTED = 1_000;
const ROOM_WAIT_MS = 20_000;
export const DEPTH_LIMIT = 32;

export interface IngestRouteDeps {
  ingest: Ingest;
  keepRejected: (letters: NewDeadLetter[]) => Promise<void>;
  now: () => number;
}

/** POST /api/v1/posts: JSON (one post or an array) or NDJSON streamed. 202 once the queue holds the posts durably. */
export async function postsIngestRoutes(
  app: FastifyInstance,
  deps: IngestRouteDeps,
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: JSON_LIMIT },
    (_request, body, done) => done(null, body),
  );
  for (const type of ['application/x-ndjson', 'application/ndjson', 'application/jsonl']) {
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  }
  app.post(
    '/posts',
    {
      bodyLimit: JSON_LIMIT,
      config: { access: 'ingest' },
      // Documented, not validated here: items are parsed one by one, so that a bad one never fails the others.
      schema: {
        body: z.union([wirePostSchema, z.array(wirePostSchema)]),
        tags: ['posts'],
        summary: 'Take posts: JSON (one or an array) or NDJSON streamed',
      },
      validatorCompiler: () => (value: unknown) => ({ value }),
    },
    async (request, reply) => {
      refuseEncoded(request.headers['content-encoding']);
      await deps.ingest.refuseWhenFull();
      const intake = createIntake(deps);
      if (typeof request.body === 'string') await takeJson(request.body, intake);
      else if (request.body instanceof Readable) await takeLines(request.body, intake);
      else throw new AppError('request/not-json', 'The body is empty; posts are expected.');
      await intake.flush();
      return reply.code(202).send({
        accepted: intake.accepted,
        rejected: intake.rejected,
        rejectedTotal: intake.rejectedTotal,
      });
    },
  );
}

/** Compressed bytes would be taken for lines of rubbish, one rejection each. */
function refuseEncoded(encoding: string | undefined): void {
  if (encoding !== undefined && encoding !== 'identity')
    throw new AppError(
      'request/media-type',
      `Content-Encoding ${encoding.slice(0, 40)} is not read here: send the posts plain, or import the .gz file.`,
    );
}

type Intake = ReturnType<typeof createIntake>;

/** Parses items one by one and hands them on in batches; counts as it goes. */
export function createIntake(deps: IngestRouteDeps) {
  let posts: Post[] = [];
  let letters: NewDeadLetter[] = [];
  const rejected: Rejection[] = [];
  const intake = {
    accepted: 0,
    rejectedTotal: 0,
    rejected,
    item(value: unknown, index: number, raw: () => string): void {
      const parsed = parsePost(value, deps.now());
      if (parsed.ok) posts.push(parsed.post);
      else intake.reject({ index, ...parsed.rejection }, raw());
    },
    reject(rejection: Rejection, raw: string): void {
      intake.rejectedTotal++;
      if (rejected.length < LISTED) rejected.push(rejection);
      letters.push({
        source: 'api',
        reason: rejection.code,
        message: rejection.message,
        raw,
        ...(rejection.field === undefined ? {} : { field: rejection.field }),
      });
    },
    get full(): boolean {
      return posts.length >= FLUSH_AT || letters.length >= FLUSH_AT;
    },
    async flush(): Promise<void> {
      const [batch, refused] = [posts, letters];
      posts = [];
      letters = [];
      await deps.keepRejected(refused);
      // Waiting here stops the reading of the body: TCP slows the sender down before anything fills up.
      if (!(await deps.ingest.waitForRoom(ROOM_WAIT_MS))) {
        throw new AppError(
          'ingest/overloaded',
          `The workers are behind. ${intake.accepted} posts of this request were accepted; send the rest again.`,
          { retryAfterSeconds: 5 },
        );
      }
      await deps.ingest.put(batch);
      intake.accepted += batch.length;
    },
  };
  return intake;
}

async function takeJson(body: string, intake: Intake): Promise<void> {
  if (jsonDepth(body, DEPTH_LIMIT) > DEPTH_LIMIT)
    throw new AppError('request/invalid', `The JSON is nested deeper than ${DEPTH_LIMIT} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new AppError('request/not-json', `The body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  const items = Array.isArray(value) ? value : [value];
  for (const [index, item] of items.entries()) {
    intake.item(item, index, () => JSON.stringify(item) ?? '');
    if (intake.full) await intake.flush();
  }
}

const EMPTY: Buffer = Buffer.alloc(0);

/** Nothing to trim: no byte order mark, no carriage return. */
const isBare = (line: string): boolean =>
  line.charCodeAt(0) === 0x7b && line.charCodeAt(line.length - 1) === 0x7d;

/** Lines of any length in total; memory holds one line and one batch. */
async function takeLines(stream: Readable, intake: Intake): Promise<void> {
  let rest: Buffer = EMPTY;
  let index = 0;
  let skipping = false;
  const refuseLong = (bytes: Buffer, at: number): void =>
    intake.reject(
      {
        index: at,
        code: 'post/line-too-long',
        message: `Line ${at + 1} is longer than ${LINE_LIMIT / 1024} kB.`,
      },
      bytes.subarray(0, 2000).toString('utf8'),
    );
  const refuseDeep = (text: string, at: number): void =>
    intake.reject(
      {
        index: at,
        code: 'post/too-deep',
        message: `Line ${at + 1} is nested deeper than ${DEPTH_LIMIT} levels.`,
      },
      text,
    );
  const line = (written: string): void => {
    const at = index++;
    const text = isBare(written) ? written : written.trim();
    if (text === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (jsonDepth(text, DEPTH_LIMIT) > DEPTH_LIMIT) refuseDeep(text, at);
      else
        intake.reject(
          {
            index: at,
            code: 'post/not-json',
            message: `Line ${at + 1} is not JSON: ${(error as Error).message}`,
          },
          text,
        );
      return;
    }
    if (isDeeperThan(value, DEPTH_LIMIT)) refuseDeep(text, at);
    else intake.item(value, at, () => text);
  };
  /** The bytes of a line are decoded where they lie: no view of each is made. */
  const lineIn = (bytes: Buffer, from: number, end: number): void => {
    if (end - from > LINE_LIMIT) refuseLong(bytes.subarray(from, end), index++);
    else line(bytes.toString('utf8', from, end));
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10, from); end >= 0; end = chunk.indexOf(10, from)) {
      if (skipping) {
        skipping = false;
        index++;
      } else if (rest.length > 0) {
        const whole = Buffer.concat([rest, chunk.subarray(from, end)]);
        lineIn(whole, 0, whole.length);
      } else lineIn(chunk, from, end);
      rest = EMPTY;
      from = end + 1;
      if (intake.full) await intake.flush();
    }
    if (!skipping)
      rest = rest.length > 0 ? Buffer.concat([rest, chunk.subarray(from)]) : chunk.subarray(from);
    if (rest.length > LINE_LIMIT) {
      refuseLong(rest, index);
      rest = EMPTY;
      skipping = true;
    }
  }
  if (!skipping && rest.length > 0) lineIn(rest, 0, rest.length);
}
