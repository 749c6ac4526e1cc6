import { compareMood } from '../series/mood-index.ts';
import { spaceChinese } from './clean-text.ts';
import { formatCount, formatDateTime, formatDecimal, formatShare, round } from './format.ts';
import type { ReportData } from './report-data.ts';
import type { Bilingual, Report } from './report.ts';
import { silentSources } from './summary.ts';

/** A topic is called rising from this share of change on, if it has at least so many mentions. */
const RISING = 0.5;
const RISING_MENTIONS = 50;
const MOST = 8;

/** 下期关注: what is unfinished or moving at the end of the period. Facts only, no forecast. */
export function buildOutlook(report: Report, data: ReportData): Bilingual[] {
  return [
    ...openAlerts(report),
    ...openSpikes(report),
    ...silences(report),
    ...fallingMoods(report, data),
    ...risingTopics(report),
    ...unseenAlerts(report),
  ]
    .slice(0, MOST)
    .map((entry) => ({ zh: spaceChinese(entry.zh), en: entry.en }));
}

function openAlerts({ alerts, cover }: Report): Bilingual[] {
  return alerts.rows
    .filter((row) => row.resolvedAt === null)
    .map((row) => ({
      zh: `告警“${row.rule}”自 ${formatDateTime(row.startsAt, cover.zone)} 起尚未恢复`,
      en: `Alert "${row.rule}" open since ${formatDateTime(row.startsAt, cover.zone)}`,
    }));
}

function openSpikes({ spikes, cover }: Report): Bilingual[] {
  return spikes
    .filter((spike) => spike.endsAt === null)
    .map((spike) => ({
      zh: `${spike.topic.name}的异动自 ${formatDateTime(spike.startsAt, cover.zone)} 起仍在持续`,
      en: `Spike of ${spike.topic.name} going on since ${formatDateTime(spike.startsAt, cover.zone)}`,
    }));
}

function silences(report: Report): Bilingual[] {
  return silentSources(report).map(({ name, since }) => ({
    zh: `来源 ${name} 自 ${formatDateTime(since, report.cover.zone)} 起无数据`,
    en: `Source ${name} silent since ${formatDateTime(since, report.cover.zone)}`,
  }));
}

function fallingMoods(report: Report, data: ReportData): Bilingual[] {
  return data.topics.flatMap((topic) => {
    const test = topic.previous && compareMood(topic.previous, topic.total);
    const row = report.share.find((row) => row.topic.id === topic.id);
    if (!test || test.high >= 0 || !row || row.moodChange === null || row.moodChange >= 0)
      return [];
    const change = formatDecimal(row.moodChange, 1, true);
    const interval = `${formatDecimal(round(test.low, 1), 1, true)} … ${formatDecimal(round(test.high, 1), 1, true)}`;
    return [
      {
        zh: `${row.topic.name}情绪走低 ${change} 点（95% 区间 ${interval}）`,
        en: `Mood toward ${row.topic.name} falling: ${change} points (95% interval ${interval})`,
      },
    ];
  });
}

function risingTopics({ share }: Report): Bilingual[] {
  return share
    .filter((row) => row.change !== null && row.change >= RISING && row.n >= RISING_MENTIONS)
    .map((row) => ({
      zh: `${row.topic.name}声量上升 ${formatShare(row.change ?? 0, true)}，共 ${formatCount(row.n)} 条`,
      en: `Volume of ${row.topic.name} rising ${formatShare(row.change ?? 0, true)}, ${formatCount(row.n)} mentions`,
    }));
}

function unseenAlerts({ alerts }: Report): Bilingual[] {
  const unseen = alerts.fired - alerts.acknowledged;
  if (unseen === 0) return [];
  return [
    {
      zh: `${formatCount(unseen)} 次告警无人确认`,
      en: `${formatCount(unseen)} alert${unseen === 1 ? '' : 's'} nobody acknowledged`,
    },
  ];
}
