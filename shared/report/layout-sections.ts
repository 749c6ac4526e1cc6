import { shareChart } from './charts.ts';
import {
  type Block,
  type Cell,
  type Table,
  change,
  count,
  decimal,
  link,
  minute,
  share,
  signed,
  text,
} from './document.ts';
import { NO_VALUE, formatCount, formatDateTime, formatShare, formatSpan } from './format.ts';
import type { LayoutContext } from './layout-report.ts';
import type { Report, ReportPost, ReportSpike } from './report.ts';
import { fill } from './texts.ts';

/** Most rows of the list of gaps of a source. */
const GAPS_SHOWN = 4;

export function layoutSpikes(report: Report, context: LayoutContext): Block[] {
  const { t, lang, zone } = context;
  const columns = [
    { label: t.spikes.number, weight: 0.7 },
    { label: t.spikes.time, weight: 2 },
    { label: t.spikes.topic, weight: 1.8 },
    { label: t.spikes.observed, weight: 1.1 },
    { label: t.spikes.expected, weight: 1.1 },
    { label: t.spikes.size, weight: 1 },
    { label: t.spikes.surprise, weight: 1.2 },
    { label: t.spikes.authors, weight: 1 },
    { label: t.spikes.concentration, weight: 1.3 },
    { label: t.spikes.negativeBefore, weight: 1.5 },
    { label: t.spikes.negativeDuring, weight: 1.5 },
  ];
  const blocks: Block[] = [
    {
      kind: 'table',
      empty: t.spikes.none,
      columns,
      rows: report.spikes.map((spike, index) => [
        count(index + 1),
        minute(spike.startsAt),
        text(spike.topic.name),
        spike.measure === 'mood' ? signed(spike.observed, 1) : count(spike.observed),
        spike.measure === 'mood' ? signed(spike.expected, 1) : decimal(spike.expected, 1),
        spike.measure === 'mood' ? signed(spike.size, 1) : decimal(spike.size, 1),
        decimal(spike.surprise, 1),
        count(spike.authors),
        share(spike.concentration),
        share(spike.negativeBefore.n === 0 ? null : spike.negativeBefore.share),
        share(spike.negativeDuring.n === 0 ? null : spike.negativeDuring.share),
      ]),
    },
  ];
  report.spikes.forEach((spike, index) => blocks.push(...layoutSpike(spike, index + 1, context)));
  if (report.alerts.notes.length > 0) {
    blocks.push({ kind: 'heading', text: t.spikes.notes });
    blocks.push({
      kind: 'list',
      items: report.alerts.notes.map(
        (note) => `${formatDateTime(note.at, zone)} ${note.text[lang]}`,
      ),
    });
  }
  return blocks;
}

function layoutSpike(
  spike: ReportSpike,
  number: number,
  { t, lang, linkTo }: LayoutContext,
): Block[] {
  const blocks: Block[] = [
    { kind: 'heading', text: `${number}. ${spike.topic.name}` },
    { kind: 'text', tone: 'body', text: spike.explanation[lang] },
  ];
  if (spike.words.length > 0) blocks.push(wordTable(spike.words, t.words.none, t));
  if (spike.roots.length > 0)
    blocks.push({
      kind: 'table',
      empty: '',
      columns: [
        { label: t.spikes.roots, weight: 6 },
        { label: t.spikes.posts, weight: 1 },
        { label: t.spikes.authors, weight: 1 },
        { label: t.spikes.shareOf, weight: 1 },
        { label: t.spikes.first, weight: 2 },
      ],
      rows: spike.roots.map((root) => [
        link(root.text, linkTo && linkTo(root.ref)),
        count(root.posts),
        count(root.authors),
        share(root.share),
        minute(root.firstAt),
      ]),
    });
  return blocks;
}

export function layoutPosts(report: Report, context: LayoutContext): Block[] {
  const { t } = context;
  return [
    { kind: 'heading', text: t.posts.positive },
    postTable(report.posts.positive, context),
    { kind: 'heading', text: t.posts.negative },
    postTable(report.posts.negative, context),
    { kind: 'text', tone: 'note', text: t.posts.note },
  ];
}

function postTable(posts: ReportPost[], { t, linkTo }: LayoutContext): Table {
  return {
    kind: 'table',
    empty: t.posts.none,
    columns: [
      { label: t.posts.text, weight: 6 },
      { label: t.posts.author, weight: 1.8 },
      { label: t.posts.topic, weight: 1.8 },
      { label: t.posts.time, weight: 1.9 },
      { label: t.posts.engagement, weight: 1.3 },
      { label: t.posts.copies, weight: 1 },
      { label: t.posts.score, weight: 1.1 },
    ],
    rows: posts.map((post) => [
      link(post.text, post.url ?? (linkTo && linkTo(post.ref))),
      text(post.author === '' ? post.source : `${post.author} · ${post.source}`),
      text(post.topic.name),
      minute(post.at),
      count(post.engagement),
      count(post.copies),
      signed(post.score, 2),
    ]),
  };
}

export function layoutWords(report: Report, { t }: LayoutContext): Block[] {
  const { words } = report;
  return [
    {
      kind: 'text',
      tone: 'note',
      text:
        fill(t.words.counted, formatCount(words.authors), formatCount(words.backgroundAuthors)) +
        (words.sampleEvery > 1 ? fill(t.words.sampled, formatCount(words.sampleEvery)) : ''),
    },
    { kind: 'heading', text: t.words.rising },
    wordTable(words.rising, t.words.none, t),
    { kind: 'heading', text: t.words.falling },
    wordTable(words.falling, t.words.none, t),
  ];
}

function wordTable(words: Report['words']['rising'], empty: string, t: LayoutContext['t']): Table {
  return {
    kind: 'table',
    empty,
    columns: [
      { label: t.words.word, weight: 3 },
      { label: t.words.authors, weight: 1 },
      { label: t.words.before, weight: 1 },
      { label: t.words.ratio, weight: 1 },
      { label: t.words.g2, weight: 1 },
    ],
    rows: words.map((word) => [
      text(word.word),
      count(word.authors),
      count(word.backgroundAuthors),
      decimal(word.ratio, 2),
      signed(word.g2, 1),
    ]),
  };
}

export function layoutVoices(report: Report, { t }: LayoutContext): Block[] {
  const { voices } = report;
  const groups = (rows: Report['voices']['sources']): Table => ({
    kind: 'table',
    empty: t.voices.none,
    columns: [
      { label: t.voices.name, weight: 3 },
      { label: t.voices.n, weight: 1 },
      { label: t.voices.share, weight: 1 },
      { label: t.voices.before, weight: 1.2 },
      { label: t.voices.negative, weight: 1.2 },
    ],
    rows: rows.map((row) => [
      text(row.name),
      count(row.n),
      share(row.share),
      share(row.shareBefore),
      share(row.negative),
    ]),
  });
  return [
    { kind: 'heading', text: t.voices.authors },
    {
      kind: 'table',
      empty: t.voices.none,
      columns: [
        { label: t.voices.name, weight: 3 },
        { label: t.voices.source, weight: 1.4 },
        { label: t.voices.n, weight: 1 },
        { label: t.voices.share, weight: 1 },
        { label: t.voices.negative, weight: 1.2 },
        { label: t.voices.followers, weight: 1.3 },
      ],
      rows: voices.authors.map((row) => [
        text(row.name),
        text(row.source),
        count(row.n),
        share(row.share),
        share(row.negative),
        count(row.followers),
      ]),
    },
    { kind: 'heading', text: t.voices.sources },
    groups(voices.sources),
    { kind: 'heading', text: t.voices.regions },
    groups(voices.regions),
  ];
}

export function layoutShare(report: Report, { t, lang }: LayoutContext): Block[] {
  const rows = report.share;
  const top = rows
    .filter((row) => row.n > 0)
    .slice(0, 3)
    .map((row) => `${row.rank}. ${row.topic.name}（${formatCount(row.n)}）`)
    .map((entry) => (lang === 'zh' ? entry : entry.replace('（', ' (').replace('）', ')')));
  const blocks: Block[] = [];
  if (top.length > 0)
    blocks.push({
      kind: 'text',
      tone: 'body',
      text: fill(t.share.top, top.join(lang === 'zh' ? '　' : '  ')),
    });
  if (rows.length > 1 && top.length > 0)
    blocks.push({
      kind: 'chart',
      title: t.share.chart,
      alt: t.share.chart,
      height: 64 + 26 * Math.min(rows.length, 12),
      config: shareChart(
        rows.slice(0, 12).map((row) => ({
          name: row.topic.name,
          positive: row.positive,
          neutral: row.neutral,
          negative: row.negative,
        })),
        { ...t.labels, mood: '', band: '' },
      ),
    });
  blocks.push({
    kind: 'table',
    empty: t.share.none,
    columns: [
      { label: t.share.rank, weight: 0.7 },
      { label: t.share.topic, weight: 2.2 },
      { label: t.share.n, weight: 1.1 },
      { label: t.share.share, weight: 1.1 },
      { label: t.labels.positive, weight: 1 },
      { label: t.labels.neutral, weight: 1 },
      { label: t.labels.negative, weight: 1 },
      { label: t.share.authors, weight: 1 },
      { label: t.share.mood, weight: 0.9 },
      { label: t.trend.low, weight: 0.9 },
      { label: t.trend.high, weight: 0.9 },
      { label: t.share.change, weight: 1.2 },
      { label: t.share.moodChange, weight: 1.1 },
    ],
    rows: rows.map((row) => [
      count(row.rank),
      text(row.topic.name),
      count(row.n),
      share(row.share),
      count(row.positive),
      count(row.neutral),
      count(row.negative),
      count(row.authors),
      signed(row.mood, 1),
      signed(row.moodLow, 1),
      signed(row.moodHigh, 1),
      change(row.change),
      signed(row.moodChange, 1),
    ]),
  });
  if (rows.length > 1) blocks.push({ kind: 'text', tone: 'note', text: t.share.note });
  return blocks;
}

export function layoutAlerts(report: Report, { t, lang }: LayoutContext): Block[] {
  const { alerts } = report;
  const blocks: Block[] = [];
  if (alerts.fired > 0)
    blocks.push({
      kind: 'text',
      tone: 'body',
      text: fill(
        t.alerts.summary,
        ...[alerts.fired, alerts.acknowledged, alerts.open, alerts.delivered, alerts.failed].map(
          formatCount,
        ),
      ),
    });
  blocks.push({
    kind: 'table',
    empty: t.alerts.none,
    columns: [
      { label: t.alerts.rule, weight: 2.6 },
      { label: t.alerts.topic, weight: 1.6 },
      { label: t.alerts.severity, weight: 1 },
      { label: t.alerts.start, weight: 1.9 },
      { label: t.alerts.end, weight: 1.9 },
      { label: t.alerts.minutes, weight: 1.2 },
      { label: t.alerts.value, weight: 1.1 },
      { label: t.alerts.threshold, weight: 1.1 },
      { label: t.alerts.by, weight: 1.3 },
      { label: t.alerts.delivered, weight: 0.8 },
      { label: t.alerts.failed, weight: 0.8 },
    ],
    rows: alerts.rows.map((row) => [
      text(row.rule),
      text(row.topic.name),
      text(t.alerts.severities[row.severity] ?? row.severity),
      minute(row.startsAt),
      row.resolvedAt === null ? text(t.alerts.open) : minute(row.resolvedAt),
      count(row.minutes),
      decimal(row.value, 2),
      decimal(row.threshold, 2),
      text(row.acknowledgedBy ?? NO_VALUE),
      count(row.delivered),
      count(row.failed),
    ]),
  });
  blocks.push({ kind: 'heading', text: t.alerts.outlook });
  blocks.push(
    alerts.outlook.length === 0
      ? { kind: 'text', tone: 'body', text: t.alerts.nothing }
      : { kind: 'list', items: alerts.outlook.map((entry) => entry[lang]) },
  );
  return blocks;
}

export function layoutCorrections(report: Report, { t }: LayoutContext): Block[] {
  const { corrections } = report;
  if (corrections.accuracy === null)
    return [{ kind: 'text', tone: 'body', text: t.corrections.none }];
  const { share: agreement, low, high } = corrections.accuracy;
  const order = corrections.labels.map((row) => row.label);
  const cell = (machine: string, person: string): Cell =>
    count(
      corrections.confusion.find((row) => row.machine === machine && row.person === person)?.n ?? 0,
    );
  return [
    {
      kind: 'text',
      tone: 'body',
      text: fill(
        t.corrections.summary,
        formatCount(corrections.reviewed),
        formatCount(corrections.changed),
        formatShare(agreement),
        formatShare(low),
        formatShare(high),
      ),
    },
    {
      kind: 'table',
      empty: '',
      columns: [
        { label: t.corrections.label, weight: 2 },
        { label: t.corrections.machine, weight: 1 },
        { label: t.corrections.person, weight: 1 },
        { label: t.corrections.agreed, weight: 1 },
        { label: t.corrections.precision, weight: 1 },
        { label: t.corrections.recall, weight: 1 },
      ],
      rows: corrections.labels.map((row) => [
        text(t.labels[row.label]),
        count(row.machine),
        count(row.person),
        count(row.agreed),
        share(row.precision),
        share(row.recall),
      ]),
    },
    { kind: 'heading', text: t.corrections.confusion },
    {
      kind: 'table',
      empty: '',
      columns: [
        { label: '', weight: 2 },
        ...order.map((label) => ({ label: t.labels[label], weight: 1 })),
      ],
      rows: order.map((machine) => [
        text(t.labels[machine]),
        ...order.map((person) => cell(machine, person)),
      ]),
    },
    { kind: 'text', tone: 'note', text: t.corrections.note },
  ];
}

export function layoutQuality(report: Report, { t, zone }: LayoutContext): Block[] {
  const { quality } = report;
  const row = (label: string, cell: Cell): Cell[] => [text(label), cell];
  return [
    {
      kind: 'table',
      empty: '',
      columns: [
        { label: t.quality.item, weight: 3 },
        { label: t.quality.value, weight: 1 },
      ],
      rows: [
        row(t.quality.received, count(quality.received)),
        row(t.quality.counted, count(quality.counted)),
        row(t.quality.unmatched, count(quality.unmatched)),
        row(t.quality.duplicates, count(quality.duplicates)),
        row(t.quality.rejected, count(quality.rejected)),
        row(t.quality.deleted, count(quality.deleted)),
        row(t.quality.late, count(quality.late)),
        row(t.quality.lateShare, share(quality.lateShare)),
        row(t.quality.p50, count(quality.latencyP50Ms)),
        row(t.quality.p95, count(quality.latencyP95Ms)),
      ],
    },
    { kind: 'heading', text: t.quality.sources },
    {
      kind: 'table',
      empty: t.quality.none,
      columns: [
        { label: t.quality.name, weight: 2 },
        { label: t.quality.n, weight: 1 },
        { label: t.quality.last, weight: 1.6 },
        { label: t.quality.silent, weight: 1 },
        { label: t.quality.gaps, weight: 4 },
      ],
      rows: quality.sources.map((source) => [
        text(source.name),
        count(source.n),
        minute(source.lastAt),
        count(source.silentMinutes),
        text(gapList(source.gaps, zone) || t.quality.noGaps),
      ]),
    },
  ];
}

function gapList(gaps: { from: number; to: number }[], zone: string): string {
  const shown = gaps.slice(0, GAPS_SHOWN).map((gap) => formatSpan(gap.from, gap.to, zone));
  if (gaps.length > GAPS_SHOWN) shown.push(`…(+${gaps.length - GAPS_SHOWN})`);
  return shown.join('; ');
}
