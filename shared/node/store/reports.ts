import type { Report } from '../../report/report.ts';
import type { ReportQuery } from '../../report/report-data.ts';
import { reportKey } from '../../report/report-query.ts';
import type { Schedule } from '../../report/schedule.ts';
import { AppError } from '../../wire/errors.ts';
import { type Db, inTransaction } from '../postgres/pool.ts';

/** A schedule as people edit it. */
export interface StoredSchedule extends Schedule {
  name: string;
  topics: string[];
  lang: 'zh' | 'en';
  channels: string[];
  formats: string[];
  /** Send reports of days without a mention too. */
  emptyDays: boolean;
  enabled: boolean;
  lastDay: string | null;
}

export interface ReportHead {
  key: string;
  version: number;
  day: string;
  topics: string[];
  zone: string;
  queryHash: string;
  createdAt: number;
  n: number;
  mood: number | null;
  moodChange: number | null;
  spikes: number;
}

export interface ReportsStore {
  /** Newest version of a query's report, or null. */
  latest(query: ReportQuery): Promise<Report | null>;
  /** Stores `build(earlier)` as the next version; two callers at once get two versions, in order. */
  save(
    query: ReportQuery,
    build: (earlier: Report | null) => Report,
    scheduleId?: string,
  ): Promise<Report>;
  /** Newest versions, newest day first. */
  list(range: { from: string; to: string; limit: number }): Promise<ReportHead[]>;
  /** All versions of a query, oldest first. */
  versions(query: ReportQuery): Promise<Report[]>;
  schedules(): Promise<StoredSchedule[]>;
  saveSchedule(schedule: Omit<StoredSchedule, 'lastDay'>, now: number): Promise<void>;
  removeSchedule(id: string): Promise<void>;
  /**
   * Takes the run of a schedule's day: true for exactly one caller, whatever the number of workers, restarts and
   * clock changes. A run whose worker died is given out again after {@link RUN_LOST_MS}.
   */
  claimRun(
    scheduleId: string,
    day: string,
    options: { now: number; late: boolean },
  ): Promise<boolean>;
  /** The run is over and its messages are in the outbox; `lastDay` of the schedule moves on. */
  finishRun(scheduleId: string, day: string): Promise<void>;
  /** The run failed: the next tick may try again. */
  releaseRun(scheduleId: string, day: string): Promise<void>;
}

/** A report takes seconds; a run not finished after this long has lost its worker. */
export const RUN_LOST_MS = 10 * 60_000;

export function createReportsStore(db: Db): ReportsStore {
  return {
    async latest(query) {
      const { rows } = await db.query<{ report: Report }>(
        'select report from reports where period_key = $1 order by version desc limit 1',
        [reportKey(query)],
      );
      return rows[0]?.report ?? null;
    },
    save: (query, build, scheduleId) =>
      inTransaction(db, async (tx) => {
        const key = reportKey(query);
        // One writer per report at a time; the lock goes with the transaction.
        await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7700003))', [key]);
        const { rows } = await tx.query<{ report: Report }>(
          'select report from reports where period_key = $1 order by version desc limit 1',
          [key],
        );
        const report = build(rows[0]?.report ?? null);
        const { cover } = report;
        await tx.query(
          `insert into reports (period_key, version, day, topics, zone, report, query_hash, created_at, schedule_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            key,
            cover.version,
            cover.day,
            query.topics,
            query.zone,
            JSON.stringify(report),
            cover.queryHash,
            cover.generatedAt,
            scheduleId ?? null,
          ],
        );
        return report;
      }),
    async list({ from, to, limit }) {
      const { rows } = await db.query<{
        key: string;
        version: number;
        day: string;
        topics: string[];
        zone: string;
        query_hash: string;
        created_at: number;
        kpis: Report['kpis'];
        spikes: number;
      }>(
        `select * from (
           select distinct on (period_key) period_key as key, version, day, topics, zone, query_hash, created_at, report -> 'kpis' as kpis,
             jsonb_array_length(report -> 'spikes') as spikes
           from reports where day >= $1 and day <= $2 order by period_key, version desc) as newest
         order by day desc, created_at desc limit $3`,
        [from, to, limit],
      );
      return rows.map(({ kpis, query_hash, created_at, ...row }) => {
        const mood = kpis.find((kpi) => kpi.key === 'mood');
        return {
          ...row,
          queryHash: query_hash,
          createdAt: created_at,
          n: kpis.find((kpi) => kpi.key === 'mentions')?.value ?? 0,
          mood: mood?.value ?? null,
          moodChange: mood?.previous?.change ?? null,
        };
      });
    },
    async versions(query) {
      const { rows } = await db.query<{ report: Report }>(
        'select report from reports where period_key = $1 order by version',
        [reportKey(query)],
      );
      return rows.map((row) => row.report);
    },
    async schedules() {
      const { rows } = await db.query<{ schedule: StoredSchedule; last_day: string | null }>(
        'select schedule, last_day from report_schedules order by created_at, id',
      );
      return rows.map((row) => ({ ...row.schedule, lastDay: row.last_day }));
    },
    async saveSchedule(schedule, now) {
      await db.query(
        `insert into report_schedules (id, schedule, created_at) values ($1, $2, $3)
         on conflict (id) do update set schedule = excluded.schedule`,
        [schedule.id, JSON.stringify(schedule), now],
      );
    },
    async removeSchedule(id) {
      const { rowCount } = await db.query('delete from report_schedules where id = $1', [id]);
      if (rowCount === 0) throw new AppError('schedule/not-found', 'There is no such schedule.');
    },
    async claimRun(scheduleId, day, { now, late }) {
      const { rowCount } = await db.query(
        `insert into report_runs as r (schedule_id, day, at, state, late) values ($1, $2, $3, 'running', $4)
         on conflict (schedule_id, day) do update set at = excluded.at, state = 'running', late = excluded.late
         where r.state = 'failed' or (r.state = 'running' and r.at < excluded.at - ${RUN_LOST_MS})`,
        [scheduleId, day, now, late],
      );
      return rowCount === 1;
    },
    async finishRun(scheduleId, day) {
      await db.query(`update report_runs set state = 'done' where schedule_id = $1 and day = $2`, [
        scheduleId,
        day,
      ]);
      await db.query(
        'update report_schedules set last_day = greatest(coalesce(last_day, $2), $2) where id = $1',
        [scheduleId, day],
      );
    },
    async releaseRun(scheduleId, day) {
      await db.query(
        `update report_runs set state = 'failed' where schedule_id = $1 and day = $2 and state = 'running'`,
        [scheduleId, day],
      );
    },
  };
}
