import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import {
  EXPORT_FORMATS,
  type ExportFile,
  type ExportFormat,
  exportPosts,
  exportSeries,
} from '#shared/node/render/export.ts';
import { countExport } from '#shared/node/store/export-posts.ts';
import type { Store } from '#shared/node/store/store.ts';
import { addDays, instantOf, isDay } from '#shared/report/zone.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { readSeries } from '../http/series.ts';
import { type CliIo, type Command, EXIT } from './command.ts';
import { connect } from './connect.ts';
import { createProgressLine } from './progress.ts';

interface Wanted {
  what: 'posts' | 'series';
  from: string | undefined;
  to: string | undefined;
  topics: string[];
  stepMs: number;
  format: ExportFormat;
}

/** `weimai export`: raw posts or series out of the store, streamed. */
export const command: Command = {
  name: 'export',
  summary: 'posts or series out, as NDJSON, CSV, XLSX or JSON',
  usage: `Usage: weimai export posts|series [--from TIME] [--to TIME] [--topic ID]... [--format ndjson] [-o FILE]
       weimai export corrections [--topic ID] [-o FILE]

NDJSON of posts can be imported again and gives the same counts. Any number of rows is written in bounded memory.
Corrections are JSON Lines {"text","topic","label"}: what people confirmed or changed, for weimai train --corrections.

  --from, --to TIME day (2025-01-27) or instant (2025-01-27T09:00:00+08:00); a day as --to is included (default: all)
  --topic ID        topic; series take several (default: all posts, all topics)
  --step STEP       step of series: 1m, 15m, 1h, 6h, 1d (default: 1h)
  --format NAME     ${EXPORT_FORMATS.join(' | ')} (default: by the name of FILE, else ndjson)
  -o, --output FILE file to write (default: standard output)`,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        topic: { type: 'string', multiple: true, default: [] },
        step: { type: 'string', default: '1h' },
        format: { type: 'string' },
        output: { type: 'string', short: 'o' },
      },
    });
    const [what] = positionals;
    if (what === 'corrections' && positionals.length === 1)
      return (await import('./export-corrections.ts')).exportCorrections(
        { topic: values.topic[0], output: values.output },
        io,
      );
    const format = values.format ?? formatOfFile(values.output);
    const stepMs = parseStep(values.step);
    const topics = values.topic.flatMap((list) => list.split(','));
    const problem =
      positionals.length !== 1 || (what !== 'posts' && what !== 'series')
        ? 'say what to export: posts, series or corrections.'
        : !(EXPORT_FORMATS as readonly string[]).includes(format)
          ? `--format is one of ${EXPORT_FORMATS.join(', ')}.`
          : stepMs === null
            ? '--step is a number with m, h or d, such as 15m.'
            : what === 'posts' && topics.length > 1
              ? 'posts take one --topic.'
              : null;
    if (problem !== null) {
      io.stderr.write(`weimai export: ${problem}\n`);
      return EXIT.usage;
    }
    const wanted: Wanted = {
      what: what as Wanted['what'],
      from: values.from,
      to: values.to,
      topics,
      stepMs: stepMs ?? HOUR_MS,
      format: format as ExportFormat,
    };
    return exportTo(values.output, wanted, io);
  },
};

async function exportTo(output: string | undefined, wanted: Wanted, io: CliIo): Promise<number> {
  const { store, env, lifecycle } = await connect(io.env);
  try {
    const span = await spanOf(wanted, store, env.WEIMAI_TZ);
    if (typeof span === 'string') {
      io.stderr.write(`weimai export: ${span}\n`);
      return EXIT.usage;
    }
    const toFile = output !== undefined && output !== '-';
    const progress = createProgressLine(io.stderr, `export ${wanted.what}`, null);
    const file = await open(wanted, span, { store, zone: env.WEIMAI_TZ, progress, io });
    const target = toFile ? createWriteStream(output) : io.stdout;
    await pipeline(file.body, target, { end: toFile, signal: io.signal });
    progress.end();
    return EXIT.done;
  } finally {
    await lifecycle.stop();
  }
}

interface OpenDeps {
  store: Store;
  zone: string;
  progress: ReturnType<typeof createProgressLine>;
  io: CliIo;
}

async function open(
  wanted: Wanted,
  span: { from: number; to: number },
  deps: OpenDeps,
): Promise<ExportFile> {
  const { store, zone, progress, io } = deps;
  if (wanted.what === 'series') {
    const all = await store.topics.list();
    const topics =
      wanted.topics.length === 0
        ? all
        : await Promise.all(wanted.topics.map((id) => store.topics.get(id)));
    const series = await readSeries(
      { store, clock: { now: () => span.to } as never, seq: () => 0 },
      { topics, ...span, stepMs: wanted.stepMs },
    );
    return exportSeries(series, { format: wanted.format, zone });
  }
  const topic =
    wanted.topics[0] === undefined ? undefined : await store.topics.get(wanted.topics[0]);
  const query = { ...span, ...(topic && { topic }) };
  const total = await countExport(store.db, query);
  io.stderr.write(`${total} posts\n`);
  return exportPosts(store.db, query, {
    format: wanted.format,
    zone,
    onProgress: (rows) => progress.show(rows, rows),
  });
}

/** [from, to) in epoch ms; open ends reach to the first and last stored post. A message when a time cannot be read. */
async function spanOf(
  wanted: Wanted,
  store: Store,
  zone: string,
): Promise<{ from: number; to: number } | string> {
  const { rows } = await store.db.query<{ first: number | null; last: number | null }>(
    'select min(at) as first, max(at) as last from source_minutes',
  );
  const from =
    wanted.from === undefined ? (rows[0]?.first ?? 0) : parseTime(wanted.from, zone, false);
  const to =
    wanted.to === undefined ? (rows[0]?.last ?? 0) + MINUTE_MS : parseTime(wanted.to, zone, true);
  if (from === null || to === null)
    return `"${from === null ? wanted.from : wanted.to}" is neither a day nor an instant with its zone.`;
  return from < to ? { from, to } : '--from must lie before --to.';
}

function parseTime(value: string, zone: string, isEnd: boolean): number | null {
  if (isDay(value)) return instantOf(isEnd ? addDays(value, 1) : value, '00:00', zone);
  // Without a zone JavaScript would take the machine's own: ask for it instead.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function parseStep(value: string): number | null {
  const match = /^(\d{1,4})(m|h|d)$/.exec(value);
  const unit = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }[match?.[2] ?? ''];
  const step = Number(match?.[1] ?? 0) * (unit ?? 0);
  return step > 0 ? step : null;
}

function formatOfFile(file: string | undefined): string {
  const extension = file === undefined ? '' : path.extname(file).slice(1).toLowerCase();
  return (EXPORT_FORMATS as readonly string[]).includes(extension) ? extension : 'ndjson';
}
