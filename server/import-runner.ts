import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat, appendFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '#shared/node/log.ts';
import type { ColumnMapping } from '#shared/node/formats/column-mapping.ts';
import { FormatError, type FormatErrorCode } from '#shared/node/formats/format.ts';
import { readPosts, type FileLayout } from '#shared/node/formats/read-posts.ts';
import {
  importFile,
  readImportOutcome,
  type ImportState,
} from '#shared/node/import/import-file.ts';
import { appendEvents, lockLedger } from '#shared/node/store/ledger.ts';
import { postKey } from '#shared/node/store/posts.ts';
import type { Store } from '#shared/node/store/store.ts';
import { inTransaction } from '#shared/node/postgres/pool.ts';
import type { Post } from '#shared/post/post.ts';
import type { ImportView } from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import type { Ingest } from './ingest.ts';

/** Files dropped on the Sources page: uploaded, pre-checked, imported with pause, resume and cancel. */
export interface ImportRunner {
  upload(name: string, stream: Readable): Promise<ImportView>;
  list(): Promise<ImportView[]>;
  get(id: string): Promise<ImportView>;
  /** Looks at the file again, with other columns or another source. */
  check(id: string, options: ImportOptions): Promise<ImportView>;
  start(id: string, options: ImportOptions): Promise<ImportView>;
  pause(id: string): Promise<ImportView>;
  cancel(id: string): Promise<ImportView>;
  /** Takes an import that is over off the list, with its file and its download; posts and dead letters stay. */
  remove(id: string): Promise<void>;
  /** NDJSON of the rejected rows with their reasons. */
  rejected(id: string): Promise<Readable>;
  stop(): Promise<void>;
}

interface ImportOptions {
  mapping?: ColumnMapping;
  source?: string;
}

interface Stored {
  id: string;
  name: string;
  state: ImportView['state'];
  size: number;
  source: string | null;
  mapping: ColumnMapping | null;
  progress: ImportState | null;
  /** Pre-check: rows looked at, refused ones and those counted before among them. What is optional came later. */
  checked: {
    rows: number;
    rejected: number;
    duplicate?: number;
    complete: boolean;
    firstAt?: number | null;
    lastAt?: number | null;
  } | null;
  /** What the file turned out to be; uploads of before this was kept have none. */
  layout?: FileLayout | null;
  /** The first posts as they would be stored. */
  examples?: ImportView['examples'];
  sample: ImportView['sample'];
  startedAt: number;
  finishedAt: number | null;
  runningSince: number | null;
  error: string | null;
  errorCode?: FormatErrorCode | null;
}

const PRECHECK_ROWS = 20_000;
const SAMPLE = 20;
const EXAMPLES = 3;
const EXAMPLE_LENGTH = 200;
/** Columns offered for mapping; wider tables name theirs through the API. */
const COLUMNS = 200;
const KEYS_PER_LOOK = 5_000;
const TELL_EVERY_MS = 500;

export function createImportRunner(deps: {
  store: Store;
  ingest: Ingest;
  home: string;
  log: Log;
}): ImportRunner {
  const { store, log } = deps;
  const folder = path.join(deps.home, 'uploads');
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>();
  const fileOf = (id: string): string => path.join(folder, `${id}.data`);
  const rejectsOf = (id: string): string => path.join(folder, `${id}.rejected.ndjson`);

  const read = async (id: string): Promise<Stored> => {
    const { rows } = await store.db.query<{ state: Stored }>(
      'select state from imports where id = $1',
      [id],
    );
    if (!rows[0]) throw new AppError('import/not-found', 'There is no such import.');
    return rows[0].state;
  };
  const write = async (entry: Stored): Promise<void> => {
    await store.db.query(
      'insert into imports (id, state, started_at, finished_at) values ($1, $2, $3, $4) on conflict (id) do update set state = excluded.state, finished_at = excluded.finished_at',
      [entry.id, JSON.stringify(entry), entry.startedAt, entry.finishedAt],
    );
  };
  const view = async (entry: Stored): Promise<ImportView> => {
    const outcome = entry.progress
      ? await readImportOutcome(store.db, entry.id)
      : { counted: 0, duplicate: 0, dropped: 0, batches: 0 };
    const progress = entry.progress;
    const seconds =
      entry.runningSince === null
        ? 0
        : ((entry.finishedAt ?? Date.now()) - entry.runningSince) / 1000;
    const rate = progress && seconds > 0 ? Math.round(progress.rows / seconds) : 0;
    const share = progress && entry.size > 0 ? Math.min(1, progress.bytesRead / entry.size) : 0;
    // An orphan of a stopped server waits to be resumed.
    const state = entry.state === 'running' && !running.has(entry.id) ? 'paused' : entry.state;
    return {
      id: entry.id,
      name: entry.name,
      format: entry.layout?.format ?? 'auto',
      state,
      size: entry.size,
      bytesRead: progress?.bytesRead ?? 0,
      rows: progress?.rows ?? entry.checked?.rows ?? 0,
      accepted:
        progress?.accepted ?? (entry.checked ? entry.checked.rows - entry.checked.rejected : 0),
      counted: outcome.counted,
      duplicate: progress ? outcome.duplicate : (entry.checked?.duplicate ?? 0),
      dropped: outcome.dropped,
      rejected: progress?.rejected ?? entry.checked?.rejected ?? 0,
      startedAt: new Date(entry.startedAt).toISOString(),
      finishedAt: entry.finishedAt === null ? null : new Date(entry.finishedAt).toISOString(),
      rate,
      secondsLeft:
        state === 'running' && share > 0 ? Math.round((seconds / share) * (1 - share)) : null,
      error: entry.error,
      errorCode: entry.errorCode ?? null,
      checkComplete: entry.checked?.complete ?? true,
      firstAt: instant(entry.checked?.firstAt),
      lastAt: instant(entry.checked?.lastAt),
      columns: entry.layout?.columns ?? [],
      mapping: entry.layout?.mapping ?? null,
      examples: entry.examples ?? [],
      sample: entry.sample,
    };
  };
  const tell = async (entry: Stored): Promise<void> => {
    await inTransaction(store.db, async (tx) => {
      await lockLedger(tx);
      const state =
        entry.state === 'failed'
          ? 'failed'
          : entry.state === 'cancelled'
            ? 'cancelled'
            : entry.state === 'done'
              ? 'done'
              : 'running';
      await appendEvents(tx, [
        {
          event: 'job:progress',
          message: {
            job: entry.id,
            kind: 'import',
            done: entry.progress?.bytesRead ?? 0,
            total: entry.size,
            state,
            message: entry.name,
          },
        },
      ]);
    });
  };

  const precheck = async (entry: Stored): Promise<Stored> => {
    const checked = {
      rows: 0,
      rejected: 0,
      duplicate: 0,
      complete: true,
      firstAt: null as number | null,
      lastAt: null as number | null,
    };
    const sample: Stored['sample'] = [];
    const examples: ImportView['examples'] = [];
    const keys: string[] = [];
    let layout: FileLayout | null = null;
    const found = () => ({ checked, sample, examples, layout });
    try {
      for await (const row of readPosts(createReadStream(fileOf(entry.id)), {
        format: 'auto',
        name: entry.name,
        now: Date.now(),
        onLayout: (seen) => {
          layout = { ...seen, columns: seen.columns.slice(0, COLUMNS) };
        },
        ...options(entry),
      })) {
        checked.rows++;
        if (row.result.ok) {
          const { post } = row.result;
          keys.push(postKey(post.source, post.id));
          checked.firstAt = Math.min(checked.firstAt ?? Infinity, post.createdAt);
          checked.lastAt = Math.max(checked.lastAt ?? -Infinity, post.createdAt);
          if (examples.length < EXAMPLES) examples.push(exampleOf(post));
        } else {
          checked.rejected++;
          const { code, field, message } = row.result.rejection;
          if (sample.length < SAMPLE)
            sample.push({ index: row.index, code, field: field ?? null, message });
        }
        if (checked.rows >= PRECHECK_ROWS) {
          checked.complete = false;
          break;
        }
      }
      checked.duplicate = await countKnown(store, keys);
      return { ...entry, ...found(), state: 'ready', error: null, errorCode: null };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const { message, code } = error;
      return { ...entry, ...found(), state: 'failed', error: message, errorCode: code };
    }
  };

  const run = async (id: string, abort: AbortController): Promise<void> => {
    let entry = await read(id);
    let toldAt = 0;
    try {
      const progress = await importFile(
        createReadStream(fileOf(id)),
        {
          id,
          name: entry.name,
          format: 'auto',
          now: Date.now(),
          fetchedAt: entry.startedAt,
          resume: entry.progress,
          signal: abort.signal,
          ...options(entry),
        },
        {
          enqueue: (batch) =>
            deps.ingest.put(batch.posts, { importId: batch.importId, batchId: batch.batchId }),
          room: async () => {
            while (!abort.signal.aborted && !(await deps.ingest.waitForRoom(2_000, abort.signal)));
          },
          reject: async (letters) => {
            if (letters.length > 0)
              await appendFile(
                rejectsOf(id),
                letters
                  .map(
                    (letter) =>
                      `${JSON.stringify({ row: letter.index, code: letter.reason, field: letter.field, message: letter.message, raw: letter.raw })}\n`,
                  )
                  .join(''),
              );
            await store.deadLetters.add(letters);
          },
          progress: async (state) => {
            entry = { ...entry, progress: state };
            await write(entry);
            if (Date.now() - toldAt > TELL_EVERY_MS) {
              toldAt = Date.now();
              await tell(entry);
            }
          },
        },
      );
      const latest = await read(id);
      entry = {
        ...latest,
        progress,
        state: progress.done ? 'done' : latest.state,
        finishedAt: progress.done ? Date.now() : null,
      };
    } catch (error) {
      log.error({ err: error, importId: id }, 'import failed');
      entry = {
        ...(await read(id)),
        state: 'failed',
        error: (error as Error).message,
        finishedAt: Date.now(),
      };
    }
    await write(entry);
    await tell(entry);
    running.delete(id);
  };

  const runner: ImportRunner = {
    async upload(name, stream) {
      await mkdir(folder, { recursive: true });
      const id = randomUUID();
      await pipeline(stream, createWriteStream(fileOf(id)));
      const { size } = await stat(fileOf(id));
      const entry = await precheck({
        id,
        name: name.slice(0, 200),
        state: 'checking',
        size,
        source: null,
        mapping: null,
        progress: null,
        checked: null,
        sample: [],
        startedAt: Date.now(),
        finishedAt: null,
        runningSince: null,
        error: null,
      });
      await write(entry);
      return view(entry);
    },
    async list() {
      const { rows } = await store.db.query<{ state: Stored }>(
        'select state from imports order by started_at desc limit 50',
      );
      return Promise.all(rows.map((row) => view(row.state)));
    },
    get: async (id) => view(await read(id)),
    async check(id, change) {
      const entry = await read(id);
      if (running.has(id) || entry.progress !== null || isOver(entry))
        throw new AppError('request/invalid', 'This import has begun; it cannot be checked anew.');
      const next = await precheck({
        ...entry,
        mapping: change.mapping ?? null,
        source: change.source ?? null,
      });
      await write(next);
      return view(next);
    },
    async start(id, change) {
      const entry = await read(id);
      if (running.has(id)) return view(entry);
      if (isOver(entry))
        throw new AppError('request/invalid', 'This import is over; upload the file again.');
      const next: Stored = {
        ...entry,
        state: 'running',
        error: null,
        errorCode: null,
        runningSince: entry.runningSince ?? Date.now(),
        mapping: change.mapping ?? entry.mapping,
        source: change.source ?? entry.source,
      };
      await write(next);
      const abort = new AbortController();
      running.set(id, { abort, done: run(id, abort) });
      return view(next);
    },
    async pause(id) {
      const entry: Stored = { ...(await read(id)), state: 'paused' };
      await write(entry);
      running.get(id)?.abort.abort();
      await running.get(id)?.done;
      return view(await read(id));
    },
    async cancel(id) {
      const entry: Stored = { ...(await read(id)), state: 'cancelled', finishedAt: Date.now() };
      await write(entry);
      running.get(id)?.abort.abort();
      await running.get(id)?.done;
      await rm(fileOf(id), { force: true });
      return view(await read(id));
    },
    async remove(id) {
      const entry = await read(id);
      if (running.has(id) || !(isOver(entry) || entry.state === 'failed'))
        throw new AppError('import/not-over', 'This import is not over; cancel it first.');
      await store.db.query('delete from imports where id = $1', [id]);
      await Promise.all([fileOf(id), rejectsOf(id)].map((file) => rm(file, { force: true })));
    },
    async rejected(id) {
      await read(id);
      const content = await readFile(rejectsOf(id)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return Buffer.alloc(0);
        throw error;
      });
      const { Readable: Stream } = await import('node:stream');
      return Stream.from([content]);
    },
    async stop() {
      for (const { abort } of running.values()) abort.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
  return runner;
}

const options = (entry: Stored) => ({
  ...(entry.source === null ? {} : { source: entry.source }),
  ...(entry.mapping === null ? {} : { mapping: entry.mapping }),
});

const isOver = (entry: Stored): boolean => entry.state === 'done' || entry.state === 'cancelled';

function exampleOf(post: Post): ImportView['examples'][number] {
  return {
    at: new Date(post.createdAt).toISOString(),
    source: post.source,
    author: post.author?.name ?? post.author?.id ?? '',
    text: [...post.text].slice(0, EXAMPLE_LENGTH).join(''),
  };
}

/** How many of these posts would count nothing: said twice in the file, or counted before. */
async function countKnown(store: Store, keys: readonly string[]): Promise<number> {
  const distinct = [...new Set(keys)];
  let known = 0;
  for (let at = 0; at < distinct.length; at += KEYS_PER_LOOK) {
    const { rows } = await store.db.query<{ n: number }>(
      'select count(*) as n from post_keys where key = any($1::uuid[])',
      [distinct.slice(at, at + KEYS_PER_LOOK)],
    );
    known += rows[0]?.n ?? 0;
  }
  return keys.length - distinct.length + known;
}

const instant = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString();
