import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isZone } from '#shared/report/zone.ts';
import { REPORT_FORMATS } from '#shared/node/render/formats.ts';
import { makeReport, sha256 } from '#shared/node/store/make-report.ts';
import { buildReport } from '#shared/report/build-report.ts';
import type { ReportHead, StoredSchedule } from '#shared/node/store/reports.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { StoreClock } from '#shared/node/clock.ts';
import type { ReportQuery } from '#shared/report/report-data.ts';
import { reportKey, reportQuery } from '#shared/report/report-query.ts';
import type { Report } from '#shared/report/report.ts';
import { nextRun } from '#shared/report/schedule.ts';
import { appendEvents, lockLedger } from '#shared/node/store/ledger.ts';
import { inTransaction } from '#shared/node/postgres/pool.ts';
import {
  listOf,
  reportRowSchema,
  scheduleSchema,
  type ReportRow,
  type ScheduleView,
} from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { patchOf } from '#shared/wire/patch.ts';
import { renderInThread } from '../render-thread.ts';
import { iso, isoOrNull } from './params.ts';

export interface ReportsDeps {
  store: Store;
  clock: StoreClock;
  /** Address of the app for links inside reports. */
  baseUrl: string;
}

const dayParams = z.object({ day: z.string().max(20) });
const viewQuery = z.object({
  topic: z.string().max(4000).default(''),
  to: z.string().max(20).optional(),
  format: z.enum(REPORT_FORMATS).default('json'),
  lang: z.enum(['zh', 'en']).default('zh'),
  version: z.coerce.number().int().min(1).optional(),
  download: z.enum(['1', '0']).default('0'),
});
const scheduleBody = scheduleSchema.omit({ id: true, nextAt: true, lastDay: true }).extend({
  name: z.string().trim().min(1).max(120),
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day'),
  zone: z.string().max(60).refine(isZone, 'is not a time zone'),
  topics: z.array(z.string().max(60)).max(200),
  channels: z.array(z.string().max(60)).max(50),
  formats: z.array(z.enum(['pdf', 'xlsx', 'csv', 'md', 'json', 'html'])),
});
type ScheduleBody = z.infer<typeof scheduleBody>;

/** /reports: made from stored aggregates, kept by version, in six formats; /report-schedules. */
export async function reportsRoutes(app: FastifyInstance, deps: ReportsDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store } = deps;

  typed.get(
    '/reports',
    {
      schema: {
        querystring: z.object({
          topic: z.string().max(60).default(''),
          limit: z.coerce.number().int().min(1).max(400).default(60),
        }),
        response: { 200: listOf(reportRowSchema) },
        tags: ['reports'],
      },
    },
    async (request) => {
      const found = await store.reports.list({
        from: '0000-01-01',
        to: '9999-12-31',
        limit: request.query.limit,
      });
      return {
        items: found
          .filter((head) => request.query.topic === '' || head.topics.includes(request.query.topic))
          .map(toRow),
        next: null,
      };
    },
  );

  typed.get(
    '/reports/:day',
    { schema: { params: dayParams, querystring: viewQuery, tags: ['reports'] } },
    async (request, reply) => {
      const { format, lang, version, download } = request.query;
      const query = await queryOf(store, request.params.day, request.query.to, request.query.topic);
      const report = await chooseReport(deps, query, version);
      if (format === 'json' && download === '0') return report;
      const rendered = await renderInThread(report, { format, lang }, deps.baseUrl);
      if (format === 'html') reply.header('content-security-policy', REPORT_POLICY);
      return reply
        .type(rendered.contentType)
        .header(
          'content-disposition',
          `${format === 'html' && download === '0' ? 'inline' : 'attachment'}; filename="${rendered.fileName}"`,
        )
        .send(rendered.body);
    },
  );
  typed.get(
    '/reports/:day/versions',
    {
      schema: {
        params: dayParams,
        querystring: viewQuery.pick({ topic: true, to: true }),
        tags: ['reports'],
      },
    },
    async (request) => ({
      items: await store.reports.versions(
        await queryOf(store, request.params.day, request.query.to, request.query.topic),
      ),
      next: null,
    }),
  );
  typed.post(
    '/reports/:day/regenerate',
    {
      schema: {
        params: dayParams,
        body: z
          .object({
            topics: z.array(z.string().max(60)).max(100).default([]),
            to: z.string().max(20).optional(),
          })
          .default({ topics: [] }),
        tags: ['reports'],
      },
    },
    async (request, reply) => {
      const report = await make(
        deps,
        await queryOf(store, request.params.day, request.body.to, request.body.topics.join(',')),
      );
      return reply.code(201).send(report);
    },
  );

  const schedules = async (): Promise<ScheduleView[]> =>
    (await store.reports.schedules()).map((schedule) => toSchedule(schedule, Date.now()));
  const one = async (id: string): Promise<StoredSchedule> => {
    const found = (await store.reports.schedules()).find((schedule) => schedule.id === id);
    if (!found) throw new AppError('schedule/not-found', 'There is no such schedule.');
    return found;
  };
  const id = z.object({ id: z.string().max(60) });
  typed.get(
    '/report-schedules',
    { schema: { response: { 200: listOf(scheduleSchema) }, tags: ['reports'] } },
    async () => ({ items: await schedules(), next: null }),
  );
  typed.post(
    '/report-schedules',
    { schema: { body: scheduleBody, response: { 201: scheduleSchema }, tags: ['reports'] } },
    async (request, reply) => {
      await refuseUnknown(store, request.body);
      const made = { id: randomUUID().slice(0, 8), ...request.body };
      await store.reports.saveSchedule(made, Date.now());
      return reply.code(201).send(toSchedule(await one(made.id), Date.now()));
    },
  );
  typed.patch(
    '/report-schedules/:id',
    {
      schema: {
        params: id,
        body: patchOf(scheduleBody),
        response: { 200: scheduleSchema },
        tags: ['reports'],
      },
    },
    async (request) => {
      const { lastDay: _lastDay, ...before } = await one(request.params.id);
      await refuseUnknown(store, request.body);
      await store.reports.saveSchedule({ ...before, ...request.body }, Date.now());
      return toSchedule(await one(request.params.id), Date.now());
    },
  );
  typed.delete(
    '/report-schedules/:id',
    { schema: { params: id, tags: ['reports'] } },
    async (request, reply) => {
      await one(request.params.id);
      await store.reports.removeSchedule(request.params.id);
      return reply.code(204).send();
    },
  );
}

/** A schedule of a topic or channel that does not exist would fail every morning, when nobody looks. */
async function refuseUnknown(store: Store, body: Partial<ScheduleBody>): Promise<void> {
  const { topics = [], channels = [] } = body;
  const [knownTopics, knownChannels] = await Promise.all([
    store.topics.list(),
    store.channels.list(),
  ]);
  const topicIds = new Set(knownTopics.map((topic) => topic.id));
  const channelIds = new Set(knownChannels.map(({ channel }) => channel.id));
  const errors = [
    ...(topics.every((id) => topicIds.has(id))
      ? []
      : [{ field: '/topics', message: 'is unknown' }]),
    ...(channels.every((id) => channelIds.has(id))
      ? []
      : [{ field: '/channels', message: 'is unknown' }]),
  ];
  if (errors.length > 0)
    throw new AppError('request/invalid', 'The schedule names a topic or channel that is gone.', {
      errors,
    });
}

/** The file is self-contained: inline style and data pictures, no script, and it may not touch the app. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

async function queryOf(
  store: Store,
  day: string,
  lastDay: string | undefined,
  topics: string,
): Promise<ReportQuery> {
  const { zone } = await store.settings.get();
  const wanted = topics.split(',').filter((topic) => topic !== '');
  const all = (await store.topics.list()).map((topic) => topic.id);
  const unknown = wanted.filter((topic) => !all.includes(topic));
  if (unknown.length > 0)
    throw new AppError('topic/not-found', `There is no topic ${unknown.join(', ')}.`, {
      errors: [{ field: 'topic', message: `unknown: ${unknown.join(', ')}` }],
    });
  try {
    return reportQuery({
      day,
      zone,
      topics: wanted.length > 0 ? wanted : all,
      ...(lastDay === undefined ? {} : { lastDay }),
    });
  } catch (error) {
    if (error instanceof RangeError)
      throw new AppError('request/invalid', error.message, {
        errors: [{ field: 'day', message: error.message }],
        cause: error,
      });
    throw error;
  }
}

/** The newest version; made on the spot where there is none, and anew while its day is not over on the clock. */
async function chooseReport(
  deps: ReportsDeps,
  query: ReportQuery,
  version: number | undefined,
): Promise<Report> {
  if (version !== undefined) {
    const found = (await deps.store.reports.versions(query)).find(
      (report) => report.cover.version === version,
    );
    if (!found)
      throw new AppError('report/not-found', `There is no version ${version} of this report.`);
    return found;
  }
  const latest = await deps.store.reports.latest(query);
  if (deps.clock.now() < query.to) return unfinished(deps, query, latest);
  return latest ?? make(deps, query);
}

/** A day still running is shown as it is now and not kept: looking at it makes no version. */
async function unfinished(
  deps: ReportsDeps,
  query: ReportQuery,
  latest: Report | null,
): Promise<Report> {
  const key = reportKey(query);
  const known = shown.get(key);
  if (known && Date.now() - known.at < SHOWN_MS) return known.report;
  const data = await deps.store.reportSource.load(query);
  const report = buildReport(data, {
    hash: sha256,
    version: (latest?.cover.version ?? 0) + 1,
    earlier: latest,
  });
  shown.clear();
  shown.set(key, { at: Date.now(), report });
  return report;
}
/** Frame, page and downloads of one look show the same figures. */
const SHOWN_MS = 30_000;
const shown = new Map<string, { at: number; report: Report }>();

async function make(deps: ReportsDeps, query: ReportQuery): Promise<Report> {
  const report = await makeReport(
    { source: deps.store.reportSource, reports: deps.store.reports },
    query,
  );
  await inTransaction(deps.store.db, async (tx) => {
    await lockLedger(tx);
    await appendEvents(tx, [
      {
        event: 'report:ready',
        message: {
          day: deps.store.zone.dayOf(query.from),
          topics: query.topics,
          version: report.cover.version,
        },
      },
    ]);
  });
  return report;
}

const toRow = (head: ReportHead): ReportRow => ({
  day: head.day,
  topics: head.topics,
  version: head.version,
  state: 'ready',
  createdAt: iso(head.createdAt),
  n: head.n,
  mood: head.mood,
  moodChange: head.moodChange,
  spikes: head.spikes,
  queryHash: head.queryHash,
});

const toSchedule = (schedule: StoredSchedule, now: number): ScheduleView => ({
  ...schedule,
  nextAt: schedule.enabled ? isoOrNull(nextRun(schedule, now).at) : null,
});
