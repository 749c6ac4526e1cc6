import type { Page } from 'playwright-core';
import {
  deliverySchema,
  incidentDetailSchema,
  reportRowSchema,
  scheduleSchema,
  channelViewSchema,
  silenceSchema,
} from '#shared/wire/api.ts';

/**
 * Answers for states that a real server reaches only after hours (a resolved incident, a failing channel) or not at
 * all on request (500, 403). Parsed by the wire contracts, so that they cannot drift from what the server sends.
 */
const HOSTILE = '<img src=x onerror=alert(1)> ‮反转 & "引号"';

export const incident = incidentDetailSchema.parse({
  id: 'inc-1',
  ruleId: 'r1',
  ruleName: `DeepSeek 负面激增 ${HOSTILE}`,
  kind: 'mood',
  topic: 'deepseek',
  severity: 'critical',
  state: 'firing',
  startsAt: '2025-01-27T13:02:00Z',
  resolvedAt: null,
  value: -46.2,
  threshold: -40,
  n: 312,
  acknowledged: null,
  silencedBy: null,
  spikeId: 's1',
  events: [
    {
      at: '2025-01-27T13:02:00Z',
      kind: 'transition',
      from: 'pending',
      to: 'firing',
      reason: 'critical',
      value: -46.2,
      threshold: -40,
      n: 312,
      by: null,
    },
    {
      at: '2025-01-27T13:02:04Z',
      kind: 'notified',
      from: null,
      to: null,
      reason: '钉钉-值班',
      value: null,
      threshold: null,
      n: null,
      by: null,
    },
    {
      at: '2025-01-27T13:03:10Z',
      kind: 'delivery-failed',
      from: null,
      to: null,
      reason: 'HTTP 500',
      value: null,
      threshold: null,
      n: null,
      by: null,
    },
    {
      at: '2025-01-27T13:05:00Z',
      kind: 'note',
      from: null,
      to: null,
      reason: HOSTILE,
      value: null,
      threshold: null,
      n: null,
      by: 'li',
    },
  ],
  deliveries: ['d1', 'd2'],
});

const { events: _events, deliveries: _deliveries, ...listed } = incident;
export const incidents = [
  listed,
  {
    ...listed,
    id: 'inc-2',
    ruleId: 'r2',
    ruleName: '声量异动',
    kind: 'spike',
    severity: 'warning' as const,
    state: 'resolved' as const,
    startsAt: '2025-01-26T02:00:00Z',
    resolvedAt: '2025-01-26T03:10:00Z',
    value: 5.1,
    threshold: 4,
    n: 88,
    acknowledged: { by: '王', at: '2025-01-26T02:04:00Z', note: '在看' },
  },
  {
    ...listed,
    id: 'inc-3',
    ruleId: 'r2',
    ruleName: '声量异动',
    kind: 'spike',
    severity: 'critical' as const,
    state: 'resolved' as const,
    startsAt: '2025-01-24T12:00:00Z',
    resolvedAt: '2025-01-24T19:10:00Z',
    value: 9.4,
    threshold: 4,
    n: 412,
    silencedBy: 'si1',
  },
];

export const deliveries = [
  {
    id: 'd1',
    key: 'inc-1:opened:ding',
    incidentId: 'inc-1',
    channelId: 'ding',
    kind: 'firing',
    title: 'DeepSeek 净情绪 −46，低于 −40',
    state: 'sent',
    attempts: [
      {
        at: '2025-01-27T13:02:04Z',
        ok: true,
        httpStatus: 200,
        providerCode: '0',
        ms: 184,
        answer: '{"errcode":0,"errmsg":"ok"}',
      },
    ],
    createdAt: '2025-01-27T13:02:03Z',
    nextAttemptAt: null,
  },
  {
    id: 'd2',
    key: 'inc-1:opened:hook',
    incidentId: 'inc-1',
    channelId: 'hook',
    kind: 'firing',
    title: HOSTILE,
    state: 'failed',
    attempts: [
      {
        at: '2025-01-27T13:02:04Z',
        ok: false,
        httpStatus: 500,
        providerCode: null,
        ms: 2031,
        answer: '<b>Internal Server Error</b>',
      },
      {
        at: '2025-01-27T13:03:10Z',
        ok: false,
        httpStatus: null,
        providerCode: null,
        ms: 10_000,
        answer: 'timeout',
      },
    ],
    createdAt: '2025-01-27T13:02:03Z',
    nextAttemptAt: null,
  },
].map((delivery) => deliverySchema.parse(delivery));

export const channels = [
  {
    id: 'ding',
    type: 'dingtalk',
    name: '钉钉-值班',
    lang: 'zh',
    enabled: true,
    fallback: 'hook',
    settings: {
      baseUrl: 'https://oapi.dingtalk.com',
      keyword: '微脉',
      mention: { ids: [], all: false, when: 'critical' },
    },
    hasSecret: ['token', 'secret'],
    health: {
      state: 'ok',
      failures: 0,
      lastAt: '2025-01-27T13:02:04Z',
      lastAnswer: '{"errcode":0}',
    },
    createdAt: '2025-01-20T00:00:00Z',
  },
  {
    id: 'hook',
    type: 'webhook',
    name: '工单 Webhook',
    lang: 'en',
    enabled: true,
    fallback: null,
    settings: { url: 'https://example.org/hook' },
    hasSecret: ['secret'],
    health: {
      state: 'failing',
      failures: 12,
      lastAt: '2025-01-27T13:03:10Z',
      lastAnswer: 'connect ECONNREFUSED',
    },
    createdAt: '2025-01-20T00:00:00Z',
  },
].map((channel) => channelViewSchema.parse(channel));

export const silences = [
  {
    id: 'si1',
    topic: 'deepseek',
    ruleId: '',
    from: '2025-01-27T10:00:00Z',
    until: '2035-01-27T14:00:00Z',
    by: '王',
    reason: '计划内发布',
    createdAt: '2025-01-27T10:00:00Z',
  },
  {
    id: 'si2',
    topic: '',
    ruleId: 'r2',
    from: '2025-01-20T10:00:00Z',
    until: '2025-01-20T14:00:00Z',
    by: '李',
    reason: '',
    createdAt: '2025-01-20T10:00:00Z',
  },
].map((silence) => silenceSchema.parse(silence));

export const reports = ['2025-01-26', '2025-01-25', '2025-01-24'].map((day, index) =>
  reportRowSchema.parse({
    day,
    topics: index === 2 ? ['deepseek', 'chatgpt', 'nvidia'] : [],
    version: index === 1 ? 2 : 1,
    state: (['ready', 'ready', 'missing-data'] as const)[index],
    createdAt: `${day}T23:07:00Z`,
    n: 8214 - index * 1800,
    mood: [-16, 21, null][index],
    moodChange: [-37, 3, null][index],
    spikes: [3, 0, 1][index],
    queryHash: 'f00d',
  }),
);

export const schedules = [
  scheduleSchema.parse({
    id: 'sc1',
    name: 'AI 日报',
    topics: ['deepseek', 'chatgpt'],
    time: '08:07',
    zone: 'Asia/Shanghai',
    lang: 'zh',
    period: 'day',
    channels: ['ding'],
    formats: ['pdf', 'xlsx'],
    emptyDays: true,
    enabled: true,
    nextAt: '2025-01-28T00:07:00Z',
    lastDay: '2025-01-26',
  }),
];

export const list = (items: readonly unknown[]) => ({ items, next: null });

export interface Answer {
  status?: number;
  body: unknown;
  type?: string;
}

/** Answers these paths of /api/v1 (without their query) from here; everything else still goes to the server. */
export async function answer(page: Page, answers: Readonly<Record<string, Answer>>): Promise<void> {
  await page.route('**/api/v1/**', async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/api/v1', '');
    const found = answers[`${route.request().method()} ${path}`] ?? answers[path];
    if (found === undefined) return route.fallback();
    const { status = 200, body, type } = found;
    return route.fulfill({
      status,
      contentType: type ?? (status < 400 ? 'application/json' : 'application/problem+json'),
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  });
}

export function problem(status: number, code: string, detail = ''): Answer {
  return {
    status,
    body: { type: 'about:blank', title: code, status, detail, code, requestId: 'req-test-1' },
  };
}
