import { describe, expect, test } from 'vitest';
import { renderMessage, wallTime } from '#shared/alert/message.ts';
import {
  newStatus,
  nextIncident,
  type NotificationIntent,
  type NotificationKind,
} from '#shared/alert/next-incident.ts';
import { RULE_KINDS, type RuleInput } from '#shared/alert/rule.ts';
import { at, aRule, START } from './builders.ts';

const options = { lang: 'zh', zone: 'Asia/Shanghai', baseUrl: 'https://weimai.example/' } as const;

function anIntent(
  kind: NotificationKind,
  figures: Partial<NotificationIntent> = {},
  input: Partial<RuleInput> = {},
): { intent: NotificationIntent; rule: ReturnType<typeof aRule> } {
  const rule = aRule({
    kind: 'mood',
    comparator: 'below',
    critical: -20,
    name: '负面激增',
    ...input,
  });
  const evaluation = {
    at: at(1),
    severity: 'critical',
    recovered: false,
    value: -31.4,
    threshold: -20,
    n: 312,
    reason: 'critical',
  } as const;
  const opened = nextIncident({ rule, status: newStatus(START), evaluation, at: at(1) });
  const incident = {
    ...opened.incidents[0]!,
    ...(kind === 'resolved' ? { resolvedAt: at(40), state: 'resolved' as const } : {}),
  };
  return {
    rule,
    intent: {
      ...opened.notifications[0]!,
      kind,
      incident,
      at: at(kind === 'firing' ? 1 : 40),
      ...figures,
    },
  };
}

describe('renderMessage', () => {
  test('says what, the number beside its threshold, why and since when, with the link to the incident', () => {
    const { rule, intent } = anIntent('firing');
    const message = renderMessage(
      { rule, intent, subject: 'DeepSeek', words: ['芯片禁令', '英伟达'], concentrated: true },
      options,
    );
    expect(message.title).toBe('【严重】DeepSeek：情绪 −31 ≤ −20');
    expect(message.lines).toEqual([
      '15 分钟内 312 条提及，情绪指数 −31（阈值 −20）',
      '上升词：芯片禁令、英伟达',
      '注意：一半以上来自同一条原帖或同一段文字，可能是刷屏',
      '始于 01-06 08:01',
      '规则：负面激增',
    ]);
    expect(message.url).toBe(`https://weimai.example/alerts/incidents/${intent.incident!.id}`);
    expect(message).toMatchObject({ kind: 'firing', severity: 'critical', key: intent.key });
    expect(message.data).toMatchObject({
      incidentId: intent.incident!.id,
      value: -31.4,
      threshold: -20,
      n: 312,
    });
    expect(message.data['liveUrl']).toContain(
      '/live?topics=deepseek&from=2025-01-05T23:16:00.000Z',
    );
  });

  test('says the same in English', () => {
    const { rule, intent } = anIntent('firing');
    const message = renderMessage(
      { rule, intent, subject: 'DeepSeek', words: ['ban'] },
      { ...options, lang: 'en', zone: 'UTC' },
    );
    expect(message.title).toBe('[critical] DeepSeek: mood −31 ≤ −20');
    expect(message.lines).toEqual([
      'Mood index −31 (threshold −20), 312 mentions in 15 min',
      'Rising words: ban',
      'Since 01-06 00:01',
      'Rule: 负面激增',
    ]);
  });

  test('a spike gives expected and seen', () => {
    const { rule, intent } = anIntent(
      'firing',
      { value: 13.66, threshold: 4, n: 412 },
      { kind: 'spike', critical: 4 },
    );
    const spike = {
      id: 's',
      topic: 't',
      measure: 'volume',
      direction: 'up',
      startsAt: at(0),
      peakAt: at(1),
      endsAt: null,
      observed: 412,
      expected: 71.3,
      surprise: 13.66,
      windowMinutes: 10,
      n: 412,
    } as const;
    const { title, lines } = renderMessage({ rule, intent, subject: 'DeepSeek', spike }, options);
    expect(title).toBe('【严重】DeepSeek：声量异动 13.7 ≥ 4.0');
    expect(lines).toContain('10 分钟内 412，预期 71（惊奇度 13.7）');
  });

  test('the end tells the span and the worst', () => {
    const { rule, intent } = anIntent('resolved', { value: 5 });
    const message = renderMessage({ rule, intent, subject: 'DeepSeek' }, options);
    expect(message.title).toBe('【恢复】DeepSeek 已恢复（曾达 情绪 −31 ≤ −20）');
    expect(message.lines[0]).toBe('01-06 08:01 至 01-06 08:40，共 39 分钟');
    expect(message).toMatchObject({ kind: 'resolved', severity: 'ok' });
  });

  test.each<[NotificationKind, string, string]>([
    ['firing', 'firing', 'critical'],
    ['escalated', 'firing', 'critical'],
    ['renotify', 'renotify', 'critical'],
    ['resolved', 'resolved', 'ok'],
    ['nodata', 'firing', 'warning'],
    ['data-returned', 'resolved', 'ok'],
    ['error', 'firing', 'warning'],
    ['error-over', 'resolved', 'ok'],
  ])('%s goes out as %s, %s, in both languages', (kind, sentAs, severity) => {
    for (const lang of ['zh', 'en'] as const) {
      const { rule, intent } = anIntent(kind);
      const message = renderMessage({ rule, intent, subject: 'DeepSeek' }, { ...options, lang });
      expect(message).toMatchObject({ kind: sentAs, severity });
      expect(message.title).toContain('DeepSeek');
      expect(message.lines.length).toBeGreaterThan(0);
      expect([message.title, ...message.lines].join('')).not.toMatch(/undefined|NaN|null/);
    }
  });

  test.each(RULE_KINDS)('kind %s has words in both languages', (kind) => {
    for (const lang of ['zh', 'en'] as const) {
      const { rule, intent } = anIntent(
        'firing',
        { value: 0.61, threshold: 0.5 },
        { kind, keyword: '退款', source: 'weibo' },
      );
      const { title, lines } = renderMessage({ rule, intent, subject: 'X' }, { ...options, lang });
      expect(title.length).toBeLessThan(60);
      expect(lines.join('')).not.toMatch(/undefined|NaN/);
    }
  });

  test('without an address of the app there is no link', () => {
    const { rule, intent } = anIntent('firing');
    const message = renderMessage(
      { rule, intent, subject: 'DeepSeek' },
      { ...options, baseUrl: '' },
    );
    expect(message.url).toBe('');
    expect(message.data['liveUrl']).toBe('');
  });

  test('is short: a realistic alert stays under 500 bytes', () => {
    const { rule, intent } = anIntent('firing');
    const { title, lines, url } = renderMessage(
      {
        rule,
        intent,
        subject: 'DeepSeek',
        words: ['芯片禁令', '英伟达', '服务器', '繁忙', '崩了', '第六个'],
      },
      options,
    );
    expect(Buffer.byteLength([title, ...lines, url].join('\n'))).toBeLessThan(500);
    expect(lines.join('')).not.toContain('第六个');
  });
});

test('wallTime follows the zone through the change of clocks', () => {
  expect(wallTime(Date.UTC(2025, 2, 30, 0, 59), 'Europe/Berlin')).toBe('03-30 01:59');
  expect(wallTime(Date.UTC(2025, 2, 30, 1, 0), 'Europe/Berlin')).toBe('03-30 03:00');
  expect(wallTime(Date.UTC(2025, 0, 6, 16, 0), 'Asia/Shanghai')).toBe('01-07 00:00');
});
