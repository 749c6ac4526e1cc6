import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LOCAL_FILE_LIMITS } from '#shared/node/formats/format.ts';
import { readPosts } from '#shared/node/formats/read-posts.ts';
import { POST_LIMITS, type Post } from '#shared/post/post.ts';
import { EXIT, type CliIo, type Command } from './command.ts';
import { connect, type Connection } from './connect.ts';
import { createProgressLine } from './progress.ts';

/** Held in memory and sorted by time: files are seldom in order. About 1 kB each. */
const MAX_POSTS = 1_000_000;
const BATCH = 500;
const MAX_WAITING = 200;
const TICK_MS = 100;

/** `weimai replay`: a file again, at its own pace, as if it happened now. */
export const command: Command = {
  name: 'replay',
  summary: 'feed a file at the pace of its own times, shifted to now',
  usage: `Usage: weimai replay FILE [--speed 60x] [--loop]

Reads a file of any format that weimai import knows and feeds its posts through the same queue at the pace of their own
times: the first post happens now, one that came an hour later follows a minute after it at 60x. Ctrl-C ends it.

  --speed N        times faster than real, e.g. 1x, 60x (default), 600x
  --loop           begin again at the end
  --source NAME    source of rows that do not name one

Every run gives each post's id a suffix of its own (5126…~r3f2a-0), so that running or looping again counts anew: what
is replayed is counted beside the original posts, not instead of them.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with rejected rows.`,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        speed: { type: 'string', default: '60x' },
        loop: { type: 'boolean', default: false },
        source: { type: 'string' },
      },
    });
    const [file, ...rest] = positionals;
    const speed = parseSpeed(values.speed);
    const problem =
      file === undefined || rest.length > 0
        ? 'which file? One at a time (weimai replay --help)'
        : !existsSync(file)
          ? `${file}: no such file`
          : speed === null
            ? `--speed ${values.speed}: a number from 0.1x to 100000x`
            : undefined;
    if (problem !== undefined || file === undefined || speed === null) {
      io.stderr.write(`weimai replay: ${problem}\n`);
      return EXIT.usage;
    }
    const { posts, rejected } = await readAll(file, values.source, io);
    if (posts.length === 0) {
      io.stderr.write(`weimai replay: ${file} holds no post that can be read.\n`);
      return EXIT.failed;
    }
    const connection = await connect(io.env);
    try {
      await connection.ensureWorker();
      const { sent, runs } = await play(posts, { speed, loop: values.loop, file }, connection, io);
      io.stdout.write(`${JSON.stringify({ file, posts: sent, runs, rejected })}\n`);
      return rejected > 0 ? EXIT.rejectedRows : EXIT.done;
    } finally {
      await connection.lifecycle.stop();
    }
  },
};

function parseSpeed(text: string): number | null {
  const number = Number(/^(\d{1,6}(?:\.\d{1,3})?)x?$/.exec(text)?.[1] ?? Number.NaN);
  return number >= 0.1 && number <= 100_000 ? number : null;
}

async function readAll(
  file: string,
  source: string | undefined,
  io: CliIo,
): Promise<{ posts: Post[]; rejected: number }> {
  const posts: Post[] = [];
  let rejected = 0;
  const line = createProgressLine(io.stderr, `reading ${path.basename(file)}`, statSync(file).size);
  const rows = readPosts(createReadStream(file), {
    format: 'auto',
    name: path.basename(file),
    now: Date.now(),
    fetchedAt: statSync(file).mtimeMs,
    limits: LOCAL_FILE_LIMITS,
    ...(source === undefined ? {} : { source }),
  });
  for await (const row of rows) {
    if (row.result.ok) posts.push(row.result.post);
    else if (rejected++ < 3) io.stderr.write(`row ${row.index}: ${row.result.rejection.message}\n`);
    if (posts.length > MAX_POSTS)
      throw new Error(
        `${file} holds more than ${MAX_POSTS.toLocaleString('en')} posts; replay a part of it.`,
      );
    line.show(row.bytesRead, posts.length);
    if (io.signal.aborted) break;
  }
  line.end();
  if (rejected > 3) io.stderr.write(`… and ${rejected - 3} more rows that cannot be read\n`);
  return { posts: posts.sort((a, b) => a.createdAt - b.createdAt), rejected };
}

async function play(
  posts: readonly Post[],
  options: { speed: number; loop: boolean; file: string },
  connection: Connection,
  io: CliIo,
): Promise<{ sent: number; runs: number }> {
  const session = randomUUID().slice(0, 4);
  const first = posts[0]?.createdAt ?? 0;
  let sent = 0;
  let runs = 0;
  do {
    const suffix = `~r${session}-${runs}`;
    const began = Date.now();
    const dueAt = (post: Post): number => began + (post.createdAt - first) / options.speed;
    const line = createProgressLine(
      io.stderr,
      `${path.basename(options.file)} at ${options.speed}x${options.loop ? `, round ${runs + 1}` : ''}`,
      posts.length,
    );
    let next = 0;
    while (next < posts.length && !io.signal.aborted) {
      const batch: Post[] = [];
      for (let post = posts[next]; post && batch.length < BATCH; post = posts[next]) {
        if (dueAt(post) > Date.now()) break;
        batch.push(shifted(post, Math.round(dueAt(post)), suffix));
        next++;
      }
      if (batch.length === 0) {
        await pause(TICK_MS, io.signal);
        continue;
      }
      await room(connection, io.signal);
      await connection.queue.enqueue('analyse-posts', {
        batchId: randomUUID(),
        receivedAt: Date.now(),
        posts: batch,
      });
      sent += batch.length;
      line.show(next, next);
    }
    line.end();
    runs++;
  } while (options.loop && !io.signal.aborted);
  return { sent, runs };
}

/** The post at its new time under its new identity; what it reposts moves with it, so that waves stay together. */
function shifted(post: Post, createdAt: number, suffix: string): Post {
  const renamed = (id: string): string =>
    id.slice(0, POST_LIMITS.idLength - suffix.length) + suffix;
  return {
    ...post,
    id: renamed(post.id),
    createdAt,
    ...(post.repostOf?.id === undefined
      ? {}
      : { repostOf: { ...post.repostOf, id: renamed(post.repostOf.id) } }),
  };
}

async function room(connection: Connection, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await connection.queue.stats('analyse-posts')).waiting > MAX_WAITING)
    await pause(TICK_MS, signal);
}

/** Ends early, without an error, on Ctrl-C. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
