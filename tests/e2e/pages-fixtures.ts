import type { Page } from 'playwright-core';
import {
  accuracySchema,
  backtestSchema,
  blockedAuthorSchema,
  deliverySchema,
  feedSchema,
  importSchema,
  rescoreSchema,
  ruleViewSchema,
  topicModelViewSchema,
  incidentDetailSchema,
  reportRowSchema,
  scheduleSchema,
  channelViewSchema,
  silenceSchema,
  sourceSchema,
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

export const rule = ruleViewSchema.parse({
  id: 'r1',
  name: `DeepSeek 负面激增 ${HOSTILE}`,
  kind: 'mood',
  topic: 'deepseek',
  comparator: 'below',
  critical: -40,
  warning: -25,
  createdAt: '2025-01-20T00:00:00Z',
  updatedAt: '2025-01-20T00:00:00Z',
  version: 1,
  state: 'firing',
  since: '2025-01-27T13:02:00Z',
  value: -46.2,
  evaluatedAt: '2025-01-27T14:00:00Z',
  silenced: false,
  openIncident: 'inc-1',
});
export const backtest = backtestSchema.parse({
  from: '2025-01-27T10:00:00Z',
  to: '2025-01-27T15:00:00Z',
  stepSeconds: 60,
  points: Array.from({ length: 60 }, (_, step) => ({
    at: new Date(Date.parse('2025-01-27T10:00:00Z') + step * 300_000).toISOString(),
    value: step === 20 ? null : step < 36 ? 20 - (step % 7) : -44 + (step % 5),
    n: 40,
  })),
  fires: [
    {
      from: '2025-01-27T13:02:00Z',
      to: null,
      severity: 'critical',
      value: -46.2,
      n: 312,
      nearSampleLimit: false,
    },
  ],
  notifications: 2,
  firingMinutes: 118,
  coverage: 1,
  suggestion: null,
  warnings: [],
});

const counts = [
  [30, 4, 1],
  [9, 25, 3],
  [0, 2, 26],
] as const;
const MOODS = ['positive', 'neutral', 'negative'] as const;
export const accuracy = accuracySchema.parse({
  topic: 'deepseek',
  n: 100,
  agreed: 81,
  accuracy: { share: 0.81, low: 0.74, high: 0.87 },
  labels: MOODS.map((label, row) => ({
    label,
    machine: 30 + row,
    person: 35,
    agreed: counts[row]?.[row],
    precision: row === 2 ? null : 0.8,
    recall: 0.75,
  })),
  confusion: MOODS.flatMap((machine, row) =>
    MOODS.map((person, column) => ({ machine, person, n: counts[row]?.[column] })),
  ),
});

export const learnt = topicModelViewSchema.parse({
  topic: 'deepseek',
  model: { sharpness: 0.9, positive: 0.2, neutral: -0.1, negative: 0 },
  reason: 'adopted',
  labels: 98,
  confirmed: 61,
  labelsNow: 100,
  needed: { labels: 60, confirmed: 15 },
  before: { accuracy: 0.801, logLoss: 0.61 },
  after: { accuracy: 0.862, logLoss: 0.5 },
  gain: 0.061,
  gainError: 0.021,
  learntAt: '2025-01-27T02:00:00Z',
  by: HOSTILE,
});

/** The file's two recounts: one half way, of this topic; one of another. */
export const rescores = [
  { job: 'job-1', topic: 'deepseek', posts: 4_000, total: 12_000 },
  { job: 'job-2', topic: 'ernie', posts: 0, total: null },
].map((job) =>
  rescoreSchema.parse({
    from: '2025-01-20T00:00:00Z',
    to: '2025-01-27T00:00:00Z',
    state: 'running',
    changed: 12,
    message: '',
    ...job,
  }),
);

const anImport = (change: object) =>
  importSchema.parse({
    id: 'i1',
    name: `weibo ${HOSTILE}.csv.gz`,
    format: 'csv',
    state: 'ready',
    size: 3_655_768,
    bytesRead: 0,
    rows: 20_000,
    accepted: 19_968,
    counted: 0,
    duplicate: 218,
    dropped: 0,
    rejected: 32,
    startedAt: '2025-01-27T02:00:00Z',
    finishedAt: null,
    rate: 0,
    secondsLeft: null,
    error: null,
    errorCode: null,
    checkComplete: false,
    firstAt: '2020-02-03T00:00:00Z',
    lastAt: '2020-02-05T23:59:00Z',
    columns: ['day', 'text', HOSTILE],
    mapping: { text: 'text', createdAt: 'day' },
    examples: [{ at: '2020-02-03T01:00:00Z', source: 'import', author: HOSTILE, text: HOSTILE }],
    sample: [
      { index: 4, code: 'post/time-invalid', field: 'day', message: 'Write the time as ISO 8601' },
    ],
    ...change,
  });
export const imports = [
  anImport({}),
  anImport({ id: 'i2', state: 'running', bytesRead: 2_000_000, rate: 4_900, secondsLeft: 2 }),
  anImport({ id: 'i3', state: 'paused', bytesRead: 1_000_000 }),
  anImport({
    id: 'i4',
    state: 'done',
    counted: 19_000,
    dropped: 750,
    finishedAt: '2025-01-27T02:01:00Z',
  }),
  anImport({
    id: 'i5',
    state: 'failed',
    errorCode: 'format/broken',
    error: 'damaged',
    columns: [],
    mapping: null,
    examples: [],
    sample: [],
    rows: 0,
  }),
  anImport({
    id: 'i6',
    state: 'failed',
    errorCode: 'format/columns-missing',
    error: 'x',
    mapping: {},
    examples: [],
    sample: [],
    rows: 0,
    accepted: 0,
  }),
];

export const feeds = [
  feedSchema.parse({
    id: 'f1',
    name: `热搜 ${HOSTILE}`,
    kind: 'rss',
    url: 'https://rsshub.example.org/weibo/user/1195230310',
    intervalSeconds: 300,
    enabled: true,
    state: 'failing',
    lastAt: '2025-01-27T02:00:00Z',
    lagMs: 900_000,
    failures: 3,
    notModified: 12,
    posts: 340,
    lastError: 'getaddrinfo ENOTFOUND rsshub.example.org',
  }),
];

export const sources = [
  sourceSchema.parse({
    name: 'weibo-feed',
    counted: 128_400,
    duplicate: 4_102,
    dropped: 31_880,
    rejected: 32,
    late: 12,
    reasons: [{ outcome: 'dropped', reason: 'blocked-author', n: 212 }],
    newestAt: '2025-01-27T13:02:00Z',
    lastReceivedAt: '2025-01-27T13:02:04Z',
    perHour: Array.from({ length: 24 }, (_, hour) => ({
      at: new Date(Date.parse('2025-01-26T14:00:00Z') + hour * 3_600_000).toISOString(),
      n: hour === 3 ? 0 : 120 + ((hour * 37) % 90),
    })),
    demo: false,
  }),
];
export const blockedAuthors = [
  blockedAuthorSchema.parse({ author: '-12', name: HOSTILE, by: '王', at: '2025-01-27T02:00:00Z' }),
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
