import { spaceChinese } from './clean-text.ts';
import {
  type ReportLang,
  formatCount,
  formatDateTime,
  formatDay,
  formatDecimal,
  formatShare,
} from './format.ts';
import type { Bilingual, Kpi, Report } from './report.ts';

/** The report in one or two sentences, in both languages: deterministic, every number also stands further down. */
export function summarise(report: Report): Bilingual {
  if (report.cover.empty) return { zh: spaceChinese(emptyZh(report)), en: emptyEn(report) };
  return { zh: spaceChinese(fullZh(report)), en: fullEn(report) };
}

/** `2025年1月27日`, or `2025年1月20日至26日` for several days. */
export function periodName(cover: Report['cover'], lang: ReportLang): string {
  const first = formatDay(cover.day, lang);
  if (cover.day === cover.lastDay) return first;
  return lang === 'zh'
    ? `${first}至${formatDay(cover.lastDay, lang)}`
    : `${first} to ${formatDay(cover.lastDay, lang)}`;
}

/** Up to three names, then how many more. */
export function topicNames(cover: Report['cover'], lang: ReportLang): string {
  const names = cover.topics.map((topic) => topic.name);
  const separator = lang === 'zh' ? '、' : ', ';
  if (names.length <= 3) return names.join(separator);
  const shown = names.slice(0, 3).join(separator);
  return lang === 'zh'
    ? `${shown}等 ${names.length} 个专题`
    : `${shown} and ${names.length - 3} more`;
}

function fullZh(report: Report): string {
  const { mentions, authors, mood, negative } = kpisOf(report);
  const parts = [
    `${periodName(report.cover, 'zh')}，${topicNames(report.cover, 'zh')}共 ${formatCount(mentions.value ?? 0)} 条提及、${formatCount(authors.value ?? 0)} 位作者${againstZh(mentions, report)}`,
    `情绪指数 ${formatDecimal(mood.value ?? 0, 1, true)}${movedZh(mood, report)}，负面占比 ${formatShare(negative.value ?? 0)}`,
    findingsZh(report),
  ];
  return `${parts.filter((part) => part !== '').join('；')}。`;
}

function fullEn(report: Report): string {
  const { mentions, authors, mood, negative } = kpisOf(report);
  const parts = [
    `${periodName(report.cover, 'en')}: ${formatCount(mentions.value ?? 0)} mentions of ${topicNames(report.cover, 'en')} by ${formatCount(authors.value ?? 0)} authors${againstEn(mentions, report)}`,
    `mood index ${formatDecimal(mood.value ?? 0, 1, true)}${movedEn(mood, report)}, ${formatShare(negative.value ?? 0)} negative`,
    findingsEn(report),
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

function againstZh(kpi: Kpi, report: Report): string {
  const parts = [];
  if (typeof kpi.previous?.change === 'number')
    parts.push(`较${previousName(report, 'zh')} ${formatShare(kpi.previous.change, true)}`);
  if (typeof kpi.usual?.change === 'number')
    parts.push(`较${usualName(report, 'zh')} ${formatShare(kpi.usual.change, true)}`);
  return parts.length === 0 ? '' : `（${parts.join('，')}）`;
}

function againstEn(kpi: Kpi, report: Report): string {
  const parts = [];
  if (typeof kpi.previous?.change === 'number')
    parts.push(`${formatShare(kpi.previous.change, true)} on ${previousName(report, 'en')}`);
  if (typeof kpi.usual?.change === 'number')
    parts.push(`${formatShare(kpi.usual.change, true)} on ${usualName(report, 'en')}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** A change of mood is named only where its 95 % interval excludes zero. */
function movedZh(mood: Kpi, report: Report): string {
  if (!mood.previous || mood.previous.change === null) return '';
  const against = `较${previousName(report, 'zh')}`;
  if (!isClear(mood.previous)) return `（${against}无明显变化）`;
  return `（${against} ${formatDecimal(mood.previous.change, 1, true)} 点）`;
}

function movedEn(mood: Kpi, report: Report): string {
  if (!mood.previous || mood.previous.change === null) return '';
  const against = previousName(report, 'en');
  if (!isClear(mood.previous)) return ` (no clear change on ${against})`;
  return ` (${formatDecimal(mood.previous.change, 1, true)} points on ${against})`;
}

export function isClear(change: { low: number | null; high: number | null }): boolean {
  return change.low !== null && change.high !== null && (change.low > 0 || change.high < 0);
}

function findingsZh({ spikes, alerts, cover }: Report): string {
  const largest = largestSpike(spikes);
  const found = largest
    ? `${spikes.length} 次异动，最强一次始于 ${formatDateTime(largest.startsAt, cover.zone)}（${largest.topic.name}，${sizeZh(largest)}）`
    : '没有异动';
  const fired =
    alerts.fired === 0 ? '没有告警' : `${alerts.fired} 次告警，其中 ${alerts.open} 次未恢复`;
  return `${found}；${fired}`;
}

function findingsEn({ spikes, alerts, cover }: Report): string {
  const largest = largestSpike(spikes);
  const found = largest
    ? `${spikes.length} spike${spikes.length === 1 ? '' : 's'}, the strongest from ${formatDateTime(largest.startsAt, cover.zone)} (${largest.topic.name}, ${sizeEn(largest)})`
    : 'no spike';
  const fired =
    alerts.fired === 0
      ? 'no alert'
      : `${alerts.fired} alert${alerts.fired === 1 ? '' : 's'}, ${alerts.open} still open`;
  return `${found}; ${fired}`;
}

function sizeZh(spike: Report['spikes'][number]): string {
  return spike.measure === 'volume'
    ? `为预期的 ${formatDecimal(spike.size, 1)} 倍`
    : `情绪 ${formatDecimal(spike.size, 1, true)} 点`;
}

function sizeEn(spike: Report['spikes'][number]): string {
  return spike.measure === 'volume'
    ? `${formatDecimal(spike.size, 1)} times the expected`
    : `mood ${formatDecimal(spike.size, 1, true)} points`;
}

function largestSpike(spikes: Report['spikes']): Report['spikes'][number] | undefined {
  return [...spikes].sort((a, b) => b.surprise - a.surprise || a.startsAt - b.startsAt)[0];
}

/** What the period before is called: yesterday for a day, the week before for a week. */
export function previousName({ cover }: Report, lang: ReportLang): string {
  if (cover.period === 'day') return lang === 'zh' ? '前一日' : 'the day before';
  if (cover.period === 'week') return lang === 'zh' ? '上一周' : 'the week before';
  return lang === 'zh' ? '上一同长时段' : 'the period before';
}

export function usualName({ cover }: Report, lang: ReportLang): string {
  if (cover.period === 'day') return lang === 'zh' ? '7 日均值' : 'the 7-day mean';
  if (cover.period === 'week') return lang === 'zh' ? '7 周均值' : 'the 7-week mean';
  return lang === 'zh' ? '7 时段均值' : 'the mean of 7 periods';
}

function emptyZh(report: Report): string {
  const silent = silentSources(report)
    .map(
      ({ name, since }) => `来源 ${name} 自 ${formatDateTime(since, report.cover.zone)} 起无数据`,
    )
    .join('；');
  const head = `${periodName(report.cover, 'zh')}，${topicNames(report.cover, 'zh')}共 0 条提及`;
  return `${silent === '' ? head : `${head}；${silent}`}。`;
}

function emptyEn(report: Report): string {
  const silent = silentSources(report)
    .map(
      ({ name, since }) =>
        `source ${name} silent since ${formatDateTime(since, report.cover.zone)}`,
    )
    .join('; ');
  const head = `${periodName(report.cover, 'en')}: 0 mentions of ${topicNames(report.cover, 'en')}`;
  return `${silent === '' ? head : `${head}; ${silent}`}.`;
}

/** Sources silent when the period ended. */
export function silentSources(report: Report): { name: string; since: number }[] {
  return report.quality.sources.flatMap(({ name, lastAt, gaps }) => {
    const last = gaps.at(-1);
    if (!last || last.to < report.cover.to) return [];
    return [{ name, since: Math.min(lastAt ?? last.from, last.from) }];
  });
}

export function kpisOf(report: Report): Record<Kpi['key'], Kpi> {
  const found = Object.fromEntries(report.kpis.map((kpi) => [kpi.key, kpi]));
  return found as Record<Kpi['key'], Kpi>;
}
