import { createInterface } from 'node:readline';
import { createDetector, type VolumeDetector } from '#shared/alert/detect-spike.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { type CliIo, type Command, EXIT } from './command.ts';

const USAGE = `weimai detect [--step 5m] [--sensitivity more|balanced|fewer]

Reads CSV "timestamp,value" (counts, ascending) from stdin, writes CSV "timestamp,score,alert" to stdout.
score in [0,1]: 0.5 and more exactly where alert is 1. Each row is judged by the rows up to it only.
--step   length of one row (30s, 5m, 1h, 1d); without it: the smallest distance among the first 20 rows.
Rows left out are unknown, not zero. Rows that cannot be read are copied with an empty score and counted (exit 3).`;

const UNITS: Record<string, number> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
/** Rows looked at to find the step. */
const LOOK_AHEAD = 20;

export const command: Command = {
  name: 'detect',
  summary: 'find spikes in a series of counts',
  usage: USAGE,
  run: detect,
};

async function detect(args: string[], io: CliIo): Promise<number> {
  const options = parseArgs(args);
  if (typeof options === 'string') {
    io.stderr.write(`weimai detect: ${options}\n\n${USAGE}\n`);
    return EXIT.usage;
  }
  const lines = createInterface({
    input: io.stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
    signal: io.signal,
  });
  const writer = new RowWriter(io, options);
  let first = true;
  for await (const line of lines) {
    const text = first ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() === '') continue;
    const row = parseRow(text);
    if (first && row.at === null) io.stdout.write('timestamp,score,alert\n');
    else {
      if (first) io.stdout.write('timestamp,score,alert\n');
      await writer.take(row);
    }
    first = false;
  }
  await writer.end();
  if (writer.rejected > 0)
    io.stderr.write(`weimai detect: ${writer.rejected} rows could not be read\n`);
  return writer.rejected > 0 ? EXIT.rejectedRows : EXIT.done;
}

interface Row {
  stamp: string;
  at: number | null;
  count: number;
}

/** Holds the first rows until the step is known, then answers each row as it comes. */
class RowWriter {
  rejected = 0;
  #io: CliIo;
  #options: Options;
  #held: Row[] = [];
  #detector: VolumeDetector | null = null;

  constructor(io: CliIo, options: Options) {
    this.#io = io;
    this.#options = options;
    if (options.stepMs !== null) this.#start(options.stepMs);
  }

  async take(row: Row): Promise<void> {
    if (this.#detector === null) {
      this.#held.push(row);
      if (this.#held.length >= LOOK_AHEAD) await this.#release();
      return;
    }
    await this.#answer(row, this.#detector);
  }

  async end(): Promise<void> {
    await this.#release();
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    const detector = this.#detector ?? this.#start(smallestDistance(held));
    for (const row of held) await this.#answer(row, detector);
  }

  #start(stepMs: number): VolumeDetector {
    this.#detector = createDetector({ stepMs, sensitivity: this.#options.sensitivity });
    return this.#detector;
  }

  async #answer(row: Row, detector: VolumeDetector): Promise<void> {
    const readable = row.at !== null && Number.isFinite(row.count) && row.count >= 0;
    const detection = readable ? detector.push(row.at!, row.count) : null;
    if (!readable) this.rejected++;
    // A second row of the same step says nothing new.
    const score = detection === null ? (readable ? '0' : '') : detection.score.toFixed(6);
    const flowing = this.#io.stdout.write(
      `${row.stamp},${score},${detection?.alert ?? (readable ? 0 : '')}\n`,
    );
    if (!flowing) await new Promise<void>((resolve) => this.#io.stdout.once('drain', resolve));
  }
}

interface Options {
  stepMs: number | null;
  sensitivity: 'more' | 'balanced' | 'fewer';
}

function parseArgs(args: readonly string[]): Options | string {
  const options: Options = { stepMs: null, sensitivity: 'balanced' };
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = args[i]!.split('=', 2);
    const value = inline ?? args[++i];
    if (value === undefined) return `${name} needs a value`;
    if (name === '--step') {
      const parts = /^(\d{1,6})([smhd])$/.exec(value);
      const stepMs = parts === null ? 0 : Number(parts[1]) * UNITS[parts[2]!]!;
      if (stepMs <= 0) return `--step takes a length such as 30s, 5m or 1h, not "${value}"`;
      options.stepMs = stepMs;
    } else if (
      name === '--sensitivity' &&
      (value === 'more' || value === 'balanced' || value === 'fewer')
    ) {
      options.sensitivity = value;
    } else {
      return `unknown option "${args[i]}"`;
    }
  }
  return options;
}

/** `2015-02-26 21:42:53,104`, ISO stamps, epoch seconds or milliseconds; without a zone: UTC. */
function parseRow(line: string): Row {
  const [stamp = '', value = ''] = line
    .split(',', 2)
    .map((part) => part.trim().replace(/^"|"$/g, ''));
  return { stamp, at: parseStamp(stamp), count: value === '' ? Number.NaN : Number(value) };
}

function parseStamp(stamp: string): number | null {
  if (/^\d{9,14}$/.test(stamp)) return Number(stamp) * (stamp.length <= 11 ? 1000 : 1);
  const iso = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(
    stamp,
  );
  const at =
    iso === null ? Date.parse(`${stamp}Z`) : Date.parse(`${iso[1]}T${iso[2]}${iso[3] ?? 'Z'}`);
  return Number.isNaN(at) ? null : at;
}

function smallestDistance(rows: readonly Row[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  const stamps = rows.flatMap((row) => (row.at === null ? [] : [row.at]));
  stamps.forEach((at, i) => {
    const distance = at - (stamps[i - 1] ?? Number.NEGATIVE_INFINITY);
    if (distance > 0) smallest = Math.min(smallest, distance);
  });
  return Number.isFinite(smallest) ? smallest : 5 * MINUTE_MS;
}
