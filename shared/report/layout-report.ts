import { spaceChinese } from './clean-text.ts';
import { DAY_MS } from '../series/bucket.ts';
import { FEW_POSTS } from '../series/mood-index.ts';
import { type ChartPoint, moodChart, volumeChart } from './charts.ts';
import {
  type Block,
  type Cell,
  type KpiItem,
  type ReportDocument,
  change,
  count,
  formatCell,
  minute,
  points,
  share,
  signed,
  text,
} from './document.ts';
import { NO_VALUE, type ReportLang, formatDateTime, formatSpan } from './format.ts';
import {
  layoutAlerts,
  layoutCorrections,
  layoutPosts,
  layoutQuality,
  layoutShare,
  layoutSpikes,
  layoutVoices,
  layoutWords,
} from './layout-sections.ts';
import type { Kpi, KpiChange, Report } from './report.ts';
import { periodName, previousName, topicNames, usualName } from './summary.ts';
import { type ReportTexts, fill, textsOf } from './texts.ts';
import { localTime } from './zone.ts';

export interface LayoutOptions {
  lang: ReportLang;
  /** Address of a post in this installation, for posts without an address of their own. */
  linkTo?: (postRef: string) => string;
}

/** What the layout of every section needs. */
export interface LayoutContext {
  lang: ReportLang;
  t: ReportTexts;
  zone: string;
  linkTo: ((postRef: string) => string) | null;
}

const SECTIONS: [
  id: keyof ReportTexts['sections'],
  layout: (report: Report, context: LayoutContext) => Block[],
][] = [
  ['cover', layoutCover],
  ['kpis', layoutKpis],
  ['trend', layoutTrend],
  ['spikes', layoutSpikes],
  ['posts', layoutPosts],
  ['words', layoutWords],
  ['voices', layoutVoices],
  ['share', layoutShare],
  ['alerts', layoutAlerts],
  ['corrections', layoutCorrections],
  ['quality', layoutQuality],
  ['method', layoutMethod],
];

/** The twelve sections in the reader's language; every number is taken from the report, none is computed. */
export function layoutReport(report: Report, options: LayoutOptions): ReportDocument {
  const { lang } = options;
  const t = textsOf(lang);
  const { cover } = report;
  const context: LayoutContext = { lang, t, zone: cover.zone, linkTo: options.linkTo ?? null };
  return {
    lang,
    zone: cover.zone,
    title: fill(t.title[cover.period], topicNames(cover, lang)),
    subtitle: periodName(cover, lang),
    demo: cover.demo,
    footer: fill(
      t.footer,
      cover.queryHash,
      String(cover.version),
      cover.dataAsOf === null ? NO_VALUE : formatDateTime(cover.dataAsOf, cover.zone),
    ),
    sections: SECTIONS.map(([id, layout], index) => ({
      id,
      number: index + 1,
      title: t.sections[id],
      blocks: layout(report, context),
    })),
  };
}

function layoutCover(report: Report, { t, lang, zone }: LayoutContext): Block[] {
  const { cover } = report;
  const when = (at: number) => formatDateTime(at, zone);
  const names = new Map(cover.topics.map((topic) => [topic.id, topic.name]));
  const blocks: Block[] = [{ kind: 'text', tone: 'lead', text: cover.summary[lang] }];
  if (cover.demo) blocks.push({ kind: 'text', tone: 'warning', text: t.demo });
  if (cover.partial) blocks.push({ kind: 'text', tone: 'warning', text: t.partial });
  if (cover.empty) blocks.push({ kind: 'text', tone: 'warning', text: t.empty });
  const gaps = report.quality.sources.flatMap((source) =>
    source.gaps.map((gap) => `${source.name} ${formatSpan(gap.from, gap.to, zone)}`),
  );
  if (gaps.length > 0)
    blocks.push({
      kind: 'text',
      tone: 'warning',
      text: `${t.cover.coverage}${lang === 'zh' ? '：' : ': '}${shorten(gaps, lang)}`,
    });
  blocks.push({
    kind: 'table',
    empty: '',
    columns: [
      { label: t.cover.item, weight: 1 },
      { label: t.cover.value, weight: 4 },
    ],
    rows: [
      [text(t.cover.period), text(`${when(cover.from)} – ${when(cover.to)}`)],
      [text(t.cover.zone), text(zone)],
      [
        text(t.cover.topics),
        text(cover.topics.map((topic) => topic.name).join(lang === 'zh' ? '、' : ', ')),
      ],
      [text(t.cover.posts), count(cover.posts)],
      [text(t.cover.asOf), minute(cover.dataAsOf)],
      [text(t.cover.generated), minute(cover.generatedAt)],
      [text(t.cover.hash), text(cover.queryHash)],
      [text(t.cover.version), count(cover.version)],
    ],
  });
  if (cover.changes.length > 0) {
    blocks.push({ kind: 'heading', text: t.cover.changes });
    blocks.push({
      kind: 'table',
      empty: '',
      columns: [
        { label: t.cover.figure, weight: 2 },
        { label: t.cover.topic, weight: 2 },
        { label: t.cover.before, weight: 1 },
        { label: t.cover.after, weight: 1 },
      ],
      rows: cover.changes.map((row) => [
        text(figureName(row.key, t)),
        text(row.topic === '' ? '' : (names.get(row.topic) ?? row.topic)),
        figureCell(row.key, row.before),
        figureCell(row.key, row.after),
      ]),
    });
  }
  return blocks;
}

/** `a; b; c …(+4)`: a list that stays one paragraph however broken the night was. */
function shorten(items: string[], lang: ReportLang): string {
  const shown = items.slice(0, 5).join(lang === 'zh' ? '；' : '; ');
  return items.length > 5 ? `${shown} …(+${items.length - 5})` : shown;
}

/** Name of a figure of diff-reports.ts. */
export function figureName(key: string, t: ReportTexts): string {
  const names: Record<string, string> = {
    mentions: t.kpi.mentions,
    authors: t.kpi.authors,
    mood: t.kpi.mood,
    nsr: t.kpi.nsr,
    negative: t.kpi.negative,
    spikes: t.sections.spikes,
    alerts: t.sections.alerts,
    late: t.quality.late,
    corrected: t.sections.corrections,
  };
  return names[key] ?? key;
}

function figureCell(key: string, value: number | null): Cell {
  if (key === 'mood') return signed(value, 1);
  if (key === 'nsr') return signed(value, 2);
  return key === 'negative' ? share(value) : count(value);
}

function layoutKpis(report: Report, context: LayoutContext): Block[] {
  return [
    { kind: 'kpis', items: report.kpis.map((kpi) => kpiItem(kpi, report, context)) },
    { kind: 'text', tone: 'note', text: context.t.kpi.note },
  ];
}

function kpiItem(kpi: Kpi, report: Report, { t, lang, zone }: LayoutContext): KpiItem {
  const value = kpiCell(kpi, kpi.value);
  const low = kpiCell(kpi, kpi.low);
  const high = kpiCell(kpi, kpi.high);
  return {
    label: t.kpi[kpi.key],
    value,
    interval:
      kpi.low === null || kpi.high === null
        ? ''
        : `${formatCell(low, lang, zone)} ${t.kpi.to} ${formatCell(high, lang, zone)}`,
    changes: [
      { label: versus(previousName(report, lang), t), value: changeCell(kpi, kpi.previous) },
      { label: versus(usualName(report, lang), t), value: changeCell(kpi, kpi.usual) },
    ],
  };
}

/** `vs day before`: short enough for a tile. */
function versus(name: string, t: ReportTexts): string {
  return spaceChinese(t.kpi.versus + name.replace(/^the /, ''));
}

function kpiCell(kpi: Kpi, value: number | null): Cell {
  switch (kpi.unit) {
    case 'count':
      return count(value);
    case 'index':
      return signed(value, 1);
    case 'ratio':
      return signed(value, 2);
    case 'share':
      return share(value);
  }
}

function changeCell(kpi: Kpi, against: KpiChange | null): Cell {
  const value = against?.change ?? null;
  switch (kpi.unit) {
    case 'count':
      return change(value);
    case 'index':
      return signed(value, 1);
    case 'ratio':
      return signed(value, 2);
    case 'share':
      return points(value);
  }
}

function layoutTrend(report: Report, { t }: LayoutContext): Block[] {
  const { trend } = report;
  const chartPoints: ChartPoint[] = trend.points.map((point) => ({
    ...point,
    label: stepLabel(point.at, report),
  }));
  const spoken = trend.points.filter((point) => point.n > 0);
  const labels = { ...t.labels, mood: t.chart.mood, band: t.chart.band };
  const few = trend.points.some((point) => point.n > 0 && point.n < FEW_POSTS);
  const blocks: Block[] =
    spoken.length === 0
      ? []
      : [
          {
            kind: 'chart',
            title: t.trend.volume,
            alt: t.trend.volume,
            height: 190,
            config: volumeChart(chartPoints, labels),
          },
          {
            kind: 'chart',
            title: t.trend.mood,
            alt: t.trend.mood,
            height: 160,
            config: moodChart(chartPoints, labels),
          },
        ];
  if (few || (spoken.length > 0 && spoken.length < trend.points.length))
    blocks.push({ kind: 'text', tone: 'note', text: t.trend.note });
  blocks.push({
    kind: 'table',
    empty: t.trend.none,
    columns: [
      { label: t.chart.time, weight: 2 },
      { label: t.trend.total, weight: 1 },
      { label: t.labels.positive, weight: 1 },
      { label: t.labels.neutral, weight: 1 },
      { label: t.labels.negative, weight: 1 },
      { label: t.chart.mood, weight: 1.2 },
      { label: t.trend.low, weight: 1 },
      { label: t.trend.high, weight: 1 },
    ],
    rows: spoken.map((point) => [
      minute(point.at),
      count(point.n),
      count(point.positive),
      count(point.neutral),
      count(point.negative),
      signed(point.mood, 1),
      signed(point.moodLow, 1),
      signed(point.moodHigh, 1),
    ]),
  });
  return blocks;
}

function stepLabel(at: number, { cover, trend }: Report): string {
  const local = localTime(at, cover.zone);
  const date = local.day.slice(5);
  if (trend.stepMs >= DAY_MS) return date;
  return cover.day === cover.lastDay ? local.clock : `${date} ${local.clock}`;
}

function layoutMethod(report: Report, { t }: LayoutContext): Block[] {
  return [
    { kind: 'list', items: t.method.lines },
    { kind: 'text', tone: 'note', text: fill(t.method.model, report.method.model) },
    {
      kind: 'table',
      empty: '',
      columns: [
        { label: t.method.topic, weight: 3 },
        { label: t.method.prior, weight: 1 },
      ],
      rows: report.method.priors.map((row) => [text(row.topic.name), signed(row.prior, 1)]),
    },
  ];
}
