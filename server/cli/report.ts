import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { REPORT_FORMATS, type ReportFormat } from '#shared/node/render/formats.ts';
import { renderReport } from '#shared/node/render/render-report.ts';
import { createReportSource } from '#shared/node/store/report-source.ts';
import { version } from '#shared/node/version.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { REPORT_LANGS, type ReportLang } from '#shared/report/format.ts';
import type { Report } from '#shared/report/report.ts';
import { reportQuery } from '#shared/report/report-query.ts';
import { isDay, isZone } from '#shared/report/zone.ts';
import { type CliIo, type Command, EXIT } from './command.ts';
import { connect } from './connect.ts';

/** Faces that a terminal cannot show. */
const BINARY: ReportFormat[] = ['pdf', 'xlsx'];

/** `weimai report`: the report of a day, in any format, from the stored aggregates. */
export const command: Command = {
  name: 'report',
  summary: 'the report of a day, a week or any days',
  usage: `Usage: weimai report DAY [--to DAY] [--topic ID]... [--format html] [-o FILE]

DAY is a local day such as 2025-01-27. Seven days from a Monday make a weekly report, other spans a range.

  --to DAY          last day (default: the same day)
  --topic ID        topic, may be repeated (default: all topics)
  --format NAME     ${REPORT_FORMATS.join(' | ')} (default: by the name of FILE, else html)
  --lang LANG       zh | en (default: zh)
  --zone ZONE       time zone of the days (default: WEIMAI_TZ)
  -o, --output FILE file to write (default: standard output)`,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        topic: { type: 'string', multiple: true, default: [] },
        format: { type: 'string' },
        lang: { type: 'string', default: 'zh' },
        zone: { type: 'string' },
        output: { type: 'string', short: 'o' },
      },
    });
    const format = values.format ?? formatOfFile(values.output);
    const problem = usageProblem(positionals, { ...values, format }, io);
    if (problem !== null) {
      io.stderr.write(`weimai report: ${problem}\n`);
      return EXIT.usage;
    }
    const report = await loadReport(io, {
      day: positionals[0]!,
      lastDay: values.to,
      topics: values.topic.flatMap((list) => list.split(',')),
      zone: values.zone,
    });
    const face = { format: format as ReportFormat, lang: values.lang as ReportLang };
    const { body } = await renderReport(report, face);
    if (values.output === undefined || values.output === '-') await write(io.stdout, body);
    else {
      writeFileSync(values.output, body);
      io.stderr.write(`${values.output}: ${report.cover.summary[face.lang]}\n`);
    }
    return EXIT.done;
  },
};

function usageProblem(
  positionals: string[],
  values: { to?: string; format: string; lang: string; zone?: string; output?: string },
  io: CliIo,
): string | null {
  const isOneOf = (list: readonly string[], value: string) => list.includes(value);
  if (positionals.length !== 1) return 'give one DAY such as 2025-01-27.';
  for (const day of [positionals[0]!, values.to ?? positionals[0]!])
    if (!isDay(day)) return `"${day}" is not a day such as 2025-01-27.`;
  if (!isOneOf(REPORT_FORMATS, values.format))
    return `--format is one of ${REPORT_FORMATS.join(', ')}.`;
  if (!isOneOf(REPORT_LANGS, values.lang)) return '--lang is zh or en.';
  if (values.zone !== undefined && !isZone(values.zone))
    return `there is no time zone "${values.zone}".`;
  const toTerminal =
    values.output === undefined && (io.stdout as { isTTY?: boolean }).isTTY === true;
  if (toTerminal && isOneOf(BINARY, values.format))
    return `a ${values.format} needs a file: add -o FILE.`;
  return null;
}

async function loadReport(
  io: CliIo,
  wanted: { day: string; lastDay: string | undefined; topics: string[]; zone: string | undefined },
): Promise<Report> {
  const { store, env, lifecycle } = await connect(io.env);
  try {
    const topics =
      wanted.topics.length > 0
        ? wanted.topics
        : (await store.topics.list()).map((topic) => topic.id);
    const query = reportQuery({
      day: wanted.day,
      ...(wanted.lastDay !== undefined && { lastDay: wanted.lastDay }),
      zone: wanted.zone ?? env.WEIMAI_TZ,
      topics,
    });
    const source = createReportSource(store.db, { model: `weimai ${version()}` });
    return buildReport(await source.load(query), {
      hash: (text) => createHash('sha256').update(text).digest('hex'),
    });
  } finally {
    await lifecycle.stop();
  }
}

function formatOfFile(file: string | undefined): string {
  const extension = file === undefined ? '' : path.extname(file).slice(1).toLowerCase();
  return (REPORT_FORMATS as readonly string[]).includes(extension) ? extension : 'html';
}

function write(out: NodeJS.WritableStream, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(body, (error) => (error ? reject(error) : resolve()));
  });
}
