import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  type WriteStream,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { parseMapping } from '#shared/node/formats/column-mapping.ts';
import { FORMAT_NAMES, LOCAL_FILE_LIMITS, type FormatName } from '#shared/node/formats/format.ts';
import {
  importFile,
  readImportOutcome,
  type ImportState,
} from '#shared/node/import/import-file.ts';
import { EXIT, type CliIo, type Command } from './command.ts';
import { connect, type Connection } from './connect.ts';
import { createProgressLine } from './progress.ts';

const MAX_WAITING = 200;

/** `weimai import`: any supported file into the store, exactly once, resumable. */
export const command: Command = {
  name: 'import',
  summary: 'take posts from files of any supported format',
  usage: `Usage: weimai import FILE... [--source NAME] [--format auto] [--map COLUMNS] [--day-time spread]

Reads JSON, NDJSON, CSV, TSV, XLSX and feeds, plain or .gz, or - for standard input. Files of the known crawlers and
of the Weibo API are recognised. Interrupted imports go on where they stopped; rows taken before are never counted twice.

  --source NAME     source of rows that do not name one (letters, digits, . _ -)
  --format NAME     ${['auto', ...FORMAT_NAMES].join(' | ')}
  --map COLUMNS     columns of another table, e.g. text=content,createdAt=day
  --day-time HOW    rows with a day but no time: spread over the day (default) or start-of-day
  --restart         do not resume an interrupted import of this file

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with rejected rows.`,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        source: { type: 'string' },
        format: { type: 'string', default: 'auto' },
        map: { type: 'string' },
        'day-time': { type: 'string', default: 'spread' },
        restart: { type: 'boolean', default: false },
      },
    });
    const problem = usageProblem(positionals, values);
    if (problem !== undefined) {
      io.stderr.write(`weimai import: ${problem}\n`);
      return EXIT.usage;
    }
    const options: FileOptions = {
      format: values.format as FormatName | 'auto',
      dayTime: values['day-time'] as 'spread' | 'start-of-day',
      restart: values.restart,
      ...(values.source === undefined ? {} : { source: values.source }),
      ...(values.map === undefined ? {} : { mapping: parseMapping(values.map) }),
    };
    const connection = await connect(io.env);
    try {
      await connection.ensureWorker();
      let rejected = 0;
      for (const file of positionals) {
        rejected += await importOne(file, options, connection, io);
        if (io.signal.aborted) return EXIT.failed;
      }
      return rejected > 0 ? EXIT.rejectedRows : EXIT.done;
    } finally {
      await connection.lifecycle.stop();
    }
  },
};

interface FileOptions {
  format: FormatName | 'auto';
  dayTime: 'spread' | 'start-of-day';
  restart: boolean;
  source?: string;
  mapping?: ReturnType<typeof parseMapping>;
}

function usageProblem(
  files: string[],
  values: {
    source?: string | undefined;
    format?: string | undefined;
    'day-time'?: string | undefined;
  },
): string | undefined {
  if (files.length === 0) return 'which file? (weimai import --help)';
  const missing = files.find((file) => file !== '-' && !existsSync(file));
  if (missing !== undefined) return `${missing}: no such file`;
  if (
    values.format !== 'auto' &&
    !(FORMAT_NAMES as readonly string[]).includes(values.format ?? '')
  )
    return `--format ${values.format}: not one of auto, ${FORMAT_NAMES.join(', ')}`;
  if (values.source !== undefined && !/^[a-z0-9][a-z0-9._-]{0,39}$/.test(values.source))
    return `--source ${values.source}: letters, digits, . _ - (at most 40)`;
  if (!['spread', 'start-of-day'].includes(values['day-time'] ?? ''))
    return `--day-time ${values['day-time']}: spread or start-of-day`;
  return undefined;
}

async function importOne(
  file: string,
  options: FileOptions,
  connection: Connection,
  io: CliIo,
): Promise<number> {
  const { store, queue, home } = connection;
  const { print, size } =
    file === '-' ? { print: 'stdin', size: null } : await fingerprint(file, options);
  const folder = path.join(home, 'imports');
  mkdirSync(folder, { recursive: true });
  const stateFile = path.join(folder, `${print}.json`);
  const resume =
    options.restart || file === '-' || !existsSync(stateFile)
      ? null
      : (JSON.parse(readFileSync(stateFile, 'utf8')) as ImportState);
  // A run of its own has an id of its own: importing a finished file again counts its posts as duplicates.
  const id = resume?.id ?? `${print}-${randomUUID().slice(0, 8)}`;
  if (resume && resume.rows > 0) io.stderr.write(`${file}: going on after row ${resume.rows}\n`);

  const rejects = rejectedRowsFile(path.join(folder, `${id}.rejected`));
  const line = createProgressLine(io.stderr, path.basename(file), size);
  const started = Date.now();
  const state = await importFile(
    file === '-' ? (io.stdin as Readable) : createReadStream(file),
    {
      id,
      name: path.basename(file),
      format: options.format,
      now: Date.now(),
      dayTime: options.dayTime,
      limits: LOCAL_FILE_LIMITS,
      signal: io.signal,
      resume,
      ...(file === '-' ? {} : { fetchedAt: statSync(file).mtimeMs }),
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
    },
    {
      enqueue: (batch) => queue.enqueue('analyse-posts', { ...batch, receivedAt: started }),
      room: async () => {
        while (!io.signal.aborted && (await queue.stats('analyse-posts')).waiting > MAX_WAITING)
          await sleep(200);
      },
      reject: async (letters) => {
        rejects.add(letters);
        await store.deadLetters.add(letters);
      },
      progress: (now) => {
        writeFileSync(stateFile, JSON.stringify(now));
        line.show(now.bytesRead, now.accepted + now.rejected);
      },
    },
  );
  if (io.signal.aborted) {
    line.end();
    io.stderr.write(
      `${file}: stopped after row ${state.rows}; the same command goes on from there.\n`,
    );
    return 0;
  }
  const outcome = await waitForBatches(connection, id, state.batches, io, line);
  line.end();
  rejects.end();
  rmSync(stateFile, { force: true });
  io.stdout.write(
    `${JSON.stringify({ file, rows: state.rows, accepted: state.accepted, counted: outcome.counted, duplicate: outcome.duplicate, dropped: outcome.dropped, rejected: state.rejected, ...(rejects.path === undefined ? {} : { rejectedRows: rejects.path }) })}\n`,
  );
  return state.rejected;
}

/** Waits until every batch of the import was committed by a worker. */
async function waitForBatches(
  connection: Connection,
  id: string,
  batches: number,
  io: CliIo,
  line: ReturnType<typeof createProgressLine>,
): Promise<Awaited<ReturnType<typeof readImportOutcome>>> {
  for (;;) {
    const outcome = await readImportOutcome(connection.store.db, id);
    if (outcome.batches >= batches || io.signal.aborted) return outcome;
    line.waiting(batches - outcome.batches);
    await sleep(100);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Names this content under these options: an interrupted import is found again, a changed file is another one. */
async function fingerprint(
  file: string,
  options: FileOptions,
): Promise<{ print: string; size: number }> {
  const handle = await open(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    const head = Buffer.alloc(Math.min(size, 65_536));
    await handle.read(head, 0, head.length, 0);
    const digest = createHash('sha256')
      .update(head)
      .update(
        `${size} ${mtimeMs} ${path.resolve(file)} ${JSON.stringify(options.mapping ?? {})} ${options.source ?? ''} ${options.dayTime}`,
      )
      .digest('hex');
    return {
      print: `${path
        .basename(file)
        .replace(/[^\w.-]/g, '_')
        .slice(0, 60)}-${digest.slice(0, 12)}`,
      size,
    };
  } finally {
    await handle.close();
  }
}

/** The rejected rows as they stood, with their reasons beside them (NDJSON), and as a table to mend where there was a header. */
function rejectedRowsFile(base: string): {
  add(
    letters: readonly {
      index: number;
      reason: string;
      field?: string;
      message: string;
      raw: string;
      header?: string;
    }[],
  ): void;
  end(): void;
  readonly path: string | undefined;
} {
  let stream: WriteStream | undefined;
  return {
    add(letters) {
      if (letters.length === 0) return;
      stream ??= createWriteStream(`${base}.ndjson`, { flags: 'a' });
      for (const letter of letters)
        stream.write(
          `${JSON.stringify({ row: letter.index, code: letter.reason, field: letter.field, message: letter.message, header: letter.header, raw: letter.raw })}\n`,
        );
    },
    end: () => void stream?.end(),
    get path() {
      return stream === undefined ? undefined : `${base}.ndjson`;
    },
  };
}
