import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Post } from '../../post/post.ts';
import type { NewDeadLetter } from '../store/dead-letters.ts';
import type { ColumnMapping, DayTime } from '../formats/column-mapping.ts';
import type { ArchiveLimits, FormatName } from '../formats/format.ts';
import { readPosts } from '../formats/read-posts.ts';

/** How far an import got. Everything before `rows` is in the queue durably; an interrupted import goes on from there. */
export interface ImportState {
  id: string;
  rows: number;
  bytesRead: number;
  accepted: number;
  rejected: number;
  batches: number;
  done: boolean;
}

export interface ImportPorts {
  /** Resolves when the queue holds the batch durably. A batch id seen before is counted once. */
  enqueue(batch: { batchId: string; importId: string; posts: Post[] }): Promise<void>;
  /** Waits until the queue has room again. */
  room(): Promise<void>;
  reject(letters: (NewDeadLetter & { index: number; header?: string })[]): Promise<void>;
  /** Called after each batch; stores the state for a later resume. */
  progress(state: ImportState): Promise<void> | void;
}

export interface ImportOptions {
  id: string;
  name: string;
  format: FormatName | 'auto';
  now: number;
  source?: string;
  mapping?: ColumnMapping;
  dayTime?: DayTime;
  fetchedAt?: number;
  limits?: ArchiveLimits;
  signal?: AbortSignal;
  /** State of an interrupted run of the same file. */
  resume?: ImportState | null;
}

const BATCH = 500;

/**
 * Reads any supported file and queues its posts in batches. Batch ids derive from the import and the position, so a
 * batch that was queued just before a crash is recognised when it is queued again.
 */
export async function importFile(
  stream: Readable,
  options: ImportOptions,
  ports: ImportPorts,
): Promise<ImportState> {
  const state: ImportState = options.resume
    ? { ...options.resume, done: false }
    : { id: options.id, rows: 0, bytesRead: 0, accepted: 0, rejected: 0, batches: 0, done: false };
  const skip = state.rows;
  let posts: Post[] = [];
  let letters: (NewDeadLetter & { index: number; header?: string })[] = [];
  let seen = 0;

  const flush = async (bytesRead: number): Promise<void> => {
    await ports.reject(letters);
    if (posts.length > 0) {
      await ports.room();
      await ports.enqueue({
        batchId: batchIdOf(options.id, state.rows),
        importId: options.id,
        posts,
      });
      state.batches++;
    }
    state.rows = seen;
    state.bytesRead = bytesRead;
    state.accepted += posts.length;
    state.rejected += letters.length;
    posts = [];
    letters = [];
    await ports.progress({ ...state });
  };

  const rows = readPosts(stream, {
    format: options.format,
    name: options.name,
    now: options.now,
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
    ...(options.dayTime === undefined ? {} : { dayTime: options.dayTime }),
    ...(options.fetchedAt === undefined ? {} : { fetchedAt: options.fetchedAt }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  let bytes = 0;
  for await (const row of rows) {
    if (options.signal?.aborted) return state;
    bytes = row.bytesRead;
    if (seen++ < skip) continue;
    if (row.result.ok) posts.push(row.result.post);
    else {
      const { code, field, message } = row.result.rejection;
      letters.push({
        source: options.source ?? 'import',
        reason: code,
        message: `Row ${row.index}: ${message}`,
        raw: row.raw,
        importId: options.id,
        index: row.index,
        ...(field === undefined ? {} : { field }),
        ...(row.header === undefined ? {} : { header: row.header }),
      });
    }
    if (posts.length >= BATCH || letters.length >= BATCH) await flush(bytes);
  }
  await flush(bytes);
  state.done = true;
  await ports.progress({ ...state });
  return state;
}

function batchIdOf(importId: string, row: number): string {
  const hex = createHash('sha256').update(`${importId}\n${row}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What became of an import's posts so far, by the batches that were committed. */
export async function readImportOutcome(
  db: { query: <T extends object>(text: string, values: unknown[]) => Promise<{ rows: T[] }> },
  importId: string,
): Promise<{ batches: number; counted: number; duplicate: number; dropped: number }> {
  const { rows } = await db.query<{
    batches: number;
    counted: number;
    duplicate: number;
    dropped: number;
  }>(
    `select count(*) as batches, coalesce(sum(counted), 0)::bigint as counted, coalesce(sum(duplicate), 0)::bigint as duplicate, coalesce(sum(dropped), 0)::bigint as dropped
     from batches where import_id = $1`,
    [importId],
  );
  return rows[0] ?? { batches: 0, counted: 0, duplicate: 0, dropped: 0 };
}
