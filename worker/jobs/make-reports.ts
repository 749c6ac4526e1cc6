import type { Log } from '#shared/node/log.ts';
import type { ReportMail } from '#shared/node/render/mail.ts';
import { REPORT_FORMATS, type ReportFormat } from '#shared/node/render/formats.ts';
import { makeReport } from '#shared/node/store/make-report.ts';
import { appendEvents, lockLedger } from '#shared/node/store/ledger.ts';
import { inTransaction } from '#shared/node/postgres/pool.ts';
import type { StoredSchedule } from '#shared/node/store/reports.ts';
import type { Store } from '#shared/node/store/store.ts';
import { reportMessage } from '#shared/report/digest.ts';
import { scheduledQuery } from '#shared/report/report-query.ts';
import type { Report } from '#shared/report/report.ts';
import { dueRuns, runKey, type DueRun } from '#shared/report/schedule.ts';

export interface ReportJobDeps {
  store: Store;
  log: Log;
  baseUrl: string;
  /** Wall time; tests move it. */
  now: () => number;
}

/**
 * Makes every report that is due. Exactly one per schedule and day: the row of its run can be claimed once, by whatever
 * number of workers, after whatever restart or change of the clock. Messages go through the outbox under the run's key.
 */
export async function makeDueReports(deps: ReportJobDeps): Promise<number> {
  const { store, log } = deps;
  let made = 0;
  for (const run of dueRuns(await store.reports.schedules(), deps.now())) {
    if (
      !(await store.reports.claimRun(run.schedule.id, run.day, { now: deps.now(), late: run.late }))
    )
      continue;
    try {
      const query = scheduledQuery(
        { ...run.schedule, topics: await topicsOf(store, run.schedule) },
        run.day,
      );
      const report = await makeReport(
        { source: store.reportSource, reports: store.reports },
        query,
        run.schedule.id,
      );
      await tell(deps, run, report);
      await store.reports.finishRun(run.schedule.id, run.day);
      log.info(
        {
          scheduleId: run.schedule.id,
          day: run.day,
          late: run.late,
          version: report.cover.version,
        },
        'report made',
      );
      made++;
    } catch (error) {
      await store.reports.releaseRun(run.schedule.id, run.day);
      log.error({ err: error, scheduleId: run.schedule.id, day: run.day }, 'report failed');
    }
  }
  return made;
}

async function topicsOf(store: Store, schedule: StoredSchedule): Promise<string[]> {
  return schedule.topics.length > 0
    ? schedule.topics
    : (await store.topics.list()).map((topic) => topic.id);
}

/** Chat channels get a digest with a link; mail gets the report itself and the files asked for. */
async function tell(
  deps: ReportJobDeps,
  run: DueRun<StoredSchedule>,
  report: Report,
): Promise<void> {
  const { store, baseUrl } = deps;
  const { schedule, day, late } = run;
  if (!schedule.emptyDays && report.cover.empty) return;
  const url = baseUrl === '' ? '' : `${baseUrl}/reports/${day}?topic=${schedule.topics.join(',')}`;
  const channels = (await store.channels.list()).filter(
    ({ channel }) => schedule.channels.includes(channel.id) && channel.enabled,
  );
  const messages = await Promise.all(
    channels.map(async ({ channel }) => {
      const message = reportMessage(report, {
        lang: schedule.lang,
        url,
        late,
        key: `report:${runKey(schedule, day)}:${channel.id}`,
      });
      if (channel.type !== 'email') return { incidentId: null, channelId: channel.id, message };
      const formats = schedule.formats.filter((format): format is ReportFormat =>
        (REPORT_FORMATS as readonly string[]).includes(format),
      );
      // Canvas and fonts (60 MB) are loaded only by a worker that has a report to mail.
      const { renderMail } = await import('#shared/node/render/mail.ts');
      const mail = await renderMail(report, {
        lang: schedule.lang,
        formats,
        ...(url === '' ? {} : { readOn: url }),
      });
      return {
        incidentId: null,
        channelId: channel.id,
        message: { ...message, data: { ...message.data, mail: packMail(mail) } },
      };
    }),
  );
  await inTransaction(store.db, async (tx) => {
    await store.outbox.add(tx, messages, deps.now());
    await lockLedger(tx);
    await appendEvents(tx, [
      {
        event: 'report:ready',
        message: { day, topics: schedule.topics, version: report.cover.version },
      },
    ]);
  });
}

/** The outbox is JSON: contents of attachments as base64. */
function packMail(mail: ReportMail): Record<string, unknown> {
  return {
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    attachments: mail.attachments.map((file) => ({
      ...file,
      content: file.content.toString('base64'),
    })),
  };
}
