import { MINUTE_MS } from '#shared/series/bucket.ts';
import type { MessageKind, OutgoingMessage } from './channel.ts';
import { comparatorOf } from './evaluate-rule.ts';
import type { NotificationIntent, NotificationKind } from './next-incident.ts';
import type { Rule } from './rule.ts';
import type { Spike } from './spike.ts';

export type MessageLang = 'zh' | 'en';

/** One notification with everything its words need. Texts of posts are hostile: channels escape, here nothing is markup. */
export interface MessageInput {
  intent: NotificationIntent;
  rule: Rule;
  /** Name people know: of the topic, or of the source for `source-silent`. */
  subject: string;
  spike?: Spike | null;
  /** Rising words of the spike, most surprising first. */
  words?: readonly string[];
  /** One root or one copied text makes up half of the excess. */
  concentrated?: boolean;
}

export interface MessageOptions {
  lang: MessageLang;
  /** IANA zone of the wall clock in the message. */
  zone: string;
  /** Address of the app for others; empty: no links. */
  baseUrl: string;
}

/**
 * A short message: what happened, the number beside its threshold, why, since when; the link opens the exact view.
 *
 *   【严重】DeepSeek：情绪 −31 ≤ −20
 *   15 分钟内 312 条提及，情绪指数 −31（阈值 −20，平时 4）
 *   上升词：芯片禁令、英伟达
 *   始于 01-27 10:30
 */
export function renderMessage(input: MessageInput, options: MessageOptions): OutgoingMessage {
  const { intent, rule, subject } = input;
  const words = WORDS[options.lang];
  const { incident } = intent;
  const severity = severityOf(intent);
  const lines = LINES[lineKind(intent.kind)](input, options, words);
  return {
    key: intent.key,
    kind: MESSAGE_OF[intent.kind],
    title: `${words.tag(words.severities[severity])}${words.titles[intent.kind](subject, headline(input, words))}`,
    lines: lines.filter((line) => line !== ''),
    url: linkOf(input, options.baseUrl),
    severity,
    at: intent.at,
    data: {
      kind: rule.kind,
      change: intent.kind,
      ruleId: rule.id,
      ruleName: rule.name,
      topic: rule.topic,
      source: rule.source,
      incidentId: incident?.id ?? null,
      severity: incident?.severity ?? null,
      value: intent.value,
      threshold: intent.threshold,
      n: intent.n,
      startsAt: incident === null ? null : new Date(incident.startsAt).toISOString(),
      resolvedAt: incident?.resolvedAt == null ? null : new Date(incident.resolvedAt).toISOString(),
      words: [...(input.words ?? [])],
      liveUrl: liveUrl(input, options.baseUrl),
    },
  };
}

const MESSAGE_OF: Record<NotificationKind, MessageKind> = {
  firing: 'firing',
  escalated: 'firing',
  renotify: 'renotify',
  resolved: 'resolved',
  nodata: 'firing',
  'data-returned': 'resolved',
  error: 'firing',
  'error-over': 'resolved',
};

function severityOf({ kind, incident }: NotificationIntent): OutgoingMessage['severity'] {
  if (MESSAGE_OF[kind] === 'resolved') return 'ok';
  return incident?.severity === 'critical' && kind !== 'nodata' && kind !== 'error'
    ? 'critical'
    : 'warning';
}

/** Value and threshold in one breath: `情绪 −31 ≤ −20`. Resolved and repeated ones show the worst value. */
function headline({ intent, rule }: MessageInput, words: Words): string {
  const sign = comparatorOf(rule) === 'above' ? '≥' : '≤';
  const value =
    intent.kind === 'resolved' ? (intent.incident?.value ?? intent.value) : intent.value;
  const threshold =
    intent.incident !== null && intent.kind === 'resolved'
      ? intent.incident.threshold
      : intent.threshold;
  return `${words.measures[rule.kind]} ${show(rule, value)} ${sign} ${show(rule, threshold)}`;
}

type LineKind = 'told' | 'ended' | 'trouble' | 'trouble-over';

function lineKind(kind: NotificationKind): LineKind {
  if (kind === 'resolved') return 'ended';
  if (kind === 'nodata' || kind === 'error') return 'trouble';
  return kind === 'data-returned' || kind === 'error-over' ? 'trouble-over' : 'told';
}

const LINES: Record<
  LineKind,
  (input: MessageInput, options: MessageOptions, words: Words) => string[]
> = {
  told(input, { zone }, words) {
    const { intent, rule, spike } = input;
    const startsAt = intent.incident?.startsAt ?? intent.at;
    const minutes = Math.round((intent.at - startsAt) / MINUTE_MS);
    return [
      words.what(rule, {
        n: intent.n,
        value: show(rule, intent.value),
        threshold: show(rule, intent.threshold),
      }),
      spike
        ? words.spike(
            whole(spike.observed),
            whole(spike.expected),
            spike.windowMinutes,
            spike.surprise.toFixed(1),
          )
        : '',
      input.words?.length ? words.rising(input.words.slice(0, 5)) : '',
      input.concentrated ? words.concentrated : '',
      words.since(wallTime(startsAt, zone), minutes),
      rule.name === input.subject ? '' : words.rule(rule.name),
    ];
  },
  ended({ intent, rule }, { zone }, words) {
    const { incident } = intent;
    if (incident === null) return [words.rule(rule.name)];
    const resolvedAt = incident.resolvedAt ?? intent.at;
    const minutes = Math.round((resolvedAt - incident.startsAt) / MINUTE_MS);
    return [
      words.ended(wallTime(incident.startsAt, zone), wallTime(resolvedAt, zone), minutes),
      words.worst(show(rule, incident.value), show(rule, incident.threshold), incident.n),
      words.rule(rule.name),
    ];
  },
  trouble({ intent, rule }, { zone }, words) {
    const startsAt = intent.incident?.startsAt ?? intent.at;
    return [
      intent.kind === 'nodata' ? words.silent : words.failing,
      words.since(wallTime(startsAt, zone), 0),
      words.rule(rule.name),
    ];
  },
  'trouble-over'({ intent, rule }, { zone }, words) {
    const { incident } = intent;
    if (incident === null) return [words.rule(rule.name)];
    const minutes = Math.round((intent.at - incident.startsAt) / MINUTE_MS);
    return [
      words.ended(wallTime(incident.startsAt, zone), wallTime(intent.at, zone), minutes),
      words.rule(rule.name),
    ];
  },
};

/** The incident's own page. */
function linkOf({ intent }: MessageInput, baseUrl: string): string {
  if (baseUrl === '') return '';
  const base = trimSlashes(baseUrl);
  return intent.incident === null
    ? `${base}/alerts`
    : `${base}/alerts/incidents/${encodeURIComponent(intent.incident.id)}`;
}

/** The live page over the incident, with half an hour before it. */
function liveUrl({ intent, rule }: MessageInput, baseUrl: string): string {
  if (baseUrl === '' || rule.topic === '') return '';
  const from = (intent.incident?.startsAt ?? intent.at) - (rule.windowMinutes + 30) * MINUTE_MS;
  const to = (intent.incident?.resolvedAt ?? intent.at) + 5 * MINUTE_MS;
  const query = `topics=${encodeURIComponent(rule.topic)}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return `${trimSlashes(baseUrl)}/live?${query}`;
}

function trimSlashes(url: string): string {
  return url.replace(/\/{1,8}$/, '');
}

/** Shares in per cent, points and surprise with one digit where it matters, counts whole; a true minus sign. */
function show(rule: Pick<Rule, 'kind'>, value: number): string {
  if (rule.kind === 'negative-share') return `${(100 * value).toFixed(0)}%`;
  if (rule.kind === 'spike') return value.toFixed(1);
  return whole(value);
}

function whole(value: number): string {
  const rounded = Math.abs(value) < 10 && value % 1 !== 0 ? value.toFixed(1) : value.toFixed(0);
  return rounded.replace('-', '−').replace(/^−0(\.0)?$/, '0');
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `01-27 10:30` by the wall clock of a zone. */
export function wallTime(at: number, zone: string): string {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(zone, clock);
  }
  const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part['month']}-${part['day']} ${part['hour']}:${part['minute']}`;
}

interface Figures {
  n: number;
  value: string;
  threshold: string;
}

interface Words {
  tag(severity: string): string;
  severities: Record<OutgoingMessage['severity'], string>;
  measures: Record<Rule['kind'], string>;
  titles: Record<NotificationKind, (subject: string, headline: string) => string>;
  what(rule: Rule, figures: Figures): string;
  spike(observed: string, expected: string, minutes: number, surprise: string): string;
  rising(words: readonly string[]): string;
  concentrated: string;
  since(time: string, minutes: number): string;
  ended(from: string, to: string, minutes: number): string;
  worst(value: string, threshold: string, n: number): string;
  rule(name: string): string;
  silent: string;
  failing: string;
}

const WORDS: Record<MessageLang, Words> = {
  zh: {
    tag: (severity) => `【${severity}】`,
    severities: { critical: '严重', warning: '警告', ok: '恢复' },
    measures: {
      volume: '声量',
      mood: '情绪',
      'negative-share': '负面占比',
      'mood-drop': '情绪下降',
      spike: '声量异动',
      keyword: '关键词作者',
      'source-silent': '来源静默分钟',
    },
    titles: {
      firing: (subject, headline) => `${subject}：${headline}`,
      escalated: (subject, headline) => `${subject} 升级：${headline}`,
      renotify: (subject, headline) => `${subject} 仍在持续：${headline}`,
      resolved: (subject, headline) => `${subject} 已恢复（曾达 ${headline}）`,
      nodata: (subject) => `${subject}：没有数据`,
      'data-returned': (subject) => `${subject}：数据已恢复`,
      error: (subject) => `${subject}：规则无法评估`,
      'error-over': (subject) => `${subject}：规则评估已恢复`,
    },
    what(rule, { n, value, threshold }) {
      const span = `${rule.windowMinutes} 分钟内`;
      switch (rule.kind) {
        case 'volume':
          return `${span} ${n} 条提及（阈值 ${threshold}）`;
        case 'mood':
          return `${span} ${n} 条提及，情绪指数 ${value}（阈值 ${threshold}）`;
        case 'negative-share':
          return `${span} ${n} 条提及，负面占比至少 ${value}（90% 区间下限，阈值 ${threshold}）`;
        case 'mood-drop':
          return `${span} ${n} 条提及，比 24 小时前低 ${value} 点（阈值 ${threshold}）`;
        case 'spike':
          return `${n} 条提及，惊奇度 ${value}（阈值 ${threshold}）`;
        case 'keyword':
          return `${span} ${n} 位作者提到“${rule.keyword}”（阈值 ${threshold}）`;
        case 'source-silent':
          return `来源 ${rule.source} 已 ${value} 分钟没有新帖（阈值 ${threshold}）`;
      }
    },
    spike: (observed, expected, minutes, surprise) =>
      `${minutes} 分钟内 ${observed}，预期 ${expected}（惊奇度 ${surprise}）`,
    rising: (words) => `上升词：${words.join('、')}`,
    concentrated: '注意：一半以上来自同一条原帖或同一段文字，可能是刷屏',
    since: (time, minutes) =>
      minutes > 0 ? `始于 ${time}，已持续 ${minutes} 分钟` : `始于 ${time}`,
    ended: (from, to, minutes) => `${from} 至 ${to}，共 ${minutes} 分钟`,
    worst: (value, threshold, n) => `最严重时 ${value}（阈值 ${threshold}，${n} 条提及）`,
    rule: (name) => `规则：${name}`,
    silent: '数据来源没有动静，无法判断；这不是“一切正常”',
    failing: '连续 3 次评估失败，规则暂时没有在监控',
  },
  en: {
    tag: (severity) => `[${severity}] `,
    severities: { critical: 'critical', warning: 'warning', ok: 'resolved' },
    measures: {
      volume: 'mentions',
      mood: 'mood',
      'negative-share': 'negative share',
      'mood-drop': 'mood drop',
      spike: 'spike',
      keyword: 'authors of keyword',
      'source-silent': 'minutes silent',
    },
    titles: {
      firing: (subject, headline) => `${subject}: ${headline}`,
      escalated: (subject, headline) => `${subject} escalated: ${headline}`,
      renotify: (subject, headline) => `${subject} still on: ${headline}`,
      resolved: (subject, headline) => `${subject} is over (reached ${headline})`,
      nodata: (subject) => `${subject}: no data`,
      'data-returned': (subject) => `${subject}: data is back`,
      error: (subject) => `${subject}: the rule cannot be evaluated`,
      'error-over': (subject) => `${subject}: the rule is evaluated again`,
    },
    what(rule, { n, value, threshold }) {
      const span = `in ${rule.windowMinutes} min`;
      switch (rule.kind) {
        case 'volume':
          return `${n} mentions ${span} (threshold ${threshold})`;
        case 'mood':
          return `Mood index ${value} (threshold ${threshold}), ${n} mentions ${span}`;
        case 'negative-share':
          return `At least ${value} negative (lower 90% bound, threshold ${threshold}), ${n} mentions ${span}`;
        case 'mood-drop':
          return `Mood ${value} points below 24 h ago (threshold ${threshold}), ${n} mentions ${span}`;
        case 'spike':
          return `${n} mentions, surprise ${value} (threshold ${threshold})`;
        case 'keyword':
          return `${n} authors wrote “${rule.keyword}” ${span} (threshold ${threshold})`;
        case 'source-silent':
          return `Source ${rule.source} has brought nothing for ${value} min (threshold ${threshold})`;
      }
    },
    spike: (observed, expected, minutes, surprise) =>
      `${observed} in ${minutes} min, expected ${expected} (surprise ${surprise})`,
    rising: (words) => `Rising words: ${words.join(', ')}`,
    concentrated:
      'Note: more than half is one root post or one copied text; this may be a campaign',
    since: (time, minutes) => (minutes > 0 ? `Since ${time}, for ${minutes} min` : `Since ${time}`),
    ended: (from, to, minutes) => `${from} to ${to}, ${minutes} min`,
    worst: (value, threshold, n) => `At worst ${value} (threshold ${threshold}, ${n} mentions)`,
    rule: (name) => `Rule: ${name}`,
    silent: 'The sources show no sign of life: nothing can be judged, which is not "all is well"',
    failing: 'Evaluation failed 3 times in a row: nobody is watching for this rule right now',
  },
};
