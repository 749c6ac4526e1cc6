import { DAY_MS } from '../series/bucket.ts';
import { cleanText } from './clean-text.ts';
import { diffReports } from './diff-reports.ts';
import { round } from './format.ts';
import { DIGITS, buildKpis, moodOf } from './kpis.ts';
import { buildOutlook } from './outlook.ts';
import type { ReportData, ReportQuery } from './report-data.ts';
import type { Report, TopicRef } from './report.ts';
import {
  buildAlerts,
  buildCorrections,
  buildPosts,
  buildQuality,
  buildShare,
  buildSpikes,
  buildVoices,
  buildWords,
} from './sections.ts';
import { summarise } from './summary.ts';
import { localTime } from './zone.ts';

export interface BuildOptions {
  /** Hex digest of a text; injected because `shared` has no crypto. */
  hash: (text: string) => string;
  /** 1 for the first report of a period; grows with every regeneration. */
  version?: number;
  /** The version before, for the list of changes. */
  earlier?: Report | null;
}

/**
 * The report of a period: same facts in, same report out, to the last character. Everything shown anywhere is
 * computed here, once.
 */
export function buildReport(data: ReportData, options: BuildOptions): Report {
  const { query } = data;
  const report: Report = {
    schema: 1,
    cover: {
      period: query.period,
      day: localTime(query.from, query.zone).day,
      lastDay: localTime(query.to - 1, query.zone).day,
      from: query.from,
      to: query.to,
      zone: query.zone,
      topics: data.topics.map(topicRef),
      summary: { zh: '', en: '' },
      empty: data.all.total.n === 0,
      demo: data.demo,
      dataAsOf: data.dataAsOf,
      generatedAt: data.generatedAt,
      partial: data.generatedAt < query.to,
      queryHash: queryHash(query, options.hash),
      version: options.version ?? 1,
      changes: [],
      posts: data.posts,
    },
    kpis: buildKpis(data.all),
    trend: {
      stepMs: data.stepMs,
      points: data.all.series.map((bucket) => {
        const { mood, low, high } = moodOf(bucket, data.all.prior);
        const { at, n, positive, neutral, negative } = bucket;
        return { at, n, positive, neutral, negative, mood, moodLow: low, moodHigh: high };
      }),
    },
    spikes: buildSpikes(data),
    posts: buildPosts(data),
    words: buildWords(data),
    voices: buildVoices(data),
    share: buildShare(data),
    alerts: buildAlerts(data),
    corrections: buildCorrections(data),
    quality: buildQuality(data),
    method: {
      model: cleanText(data.model, 120),
      priors: data.topics.map((topic) => ({
        topic: topicRef(topic),
        prior: round(100 * topic.prior, DIGITS.index),
      })),
    },
  };
  report.alerts.outlook = buildOutlook(report, data);
  report.cover.summary = summarise(report);
  if (options.earlier) report.cover.changes = diffReports(options.earlier, report);
  return report;
}

/** Identity of what was asked: the same question gives the same 12 digits on screen, on paper and next year. */
export function queryHash(query: ReportQuery, hash: (text: string) => string): string {
  const { from, to, zone } = query;
  return hash(
    JSON.stringify({ report: 1, from, to, zone, topics: [...query.topics].sort() }),
  ).slice(0, 12);
}

/** Step of the series of a report: hours up to three days, six hours up to two weeks, days beyond. */
export function reportStepMs(from: number, to: number): number {
  const days = (to - from) / DAY_MS;
  if (days <= 3.1) return DAY_MS / 24;
  return days <= 15 ? DAY_MS / 4 : DAY_MS;
}

function topicRef(topic: TopicRef): TopicRef {
  return { id: topic.id, name: cleanText(topic.name, 40) };
}
