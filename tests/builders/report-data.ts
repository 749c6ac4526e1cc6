import type { SpikeExplanation } from '#shared/alert/spike.ts';
import type { MoodLabel } from '#shared/mood/mood.ts';
import type { ReportData, TopicFacts } from '#shared/report/report-data.ts';
import { daySpan } from '#shared/report/zone.ts';
import {
  type Bucket,
  HOUR_MS,
  MINUTE_MS,
  emptyBucket,
  mergeBuckets,
} from '#shared/series/bucket.ts';

/** Seeded numbers in [0, 1): the same report in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const DAY = daySpan('2025-01-27', 'Asia/Shanghai');
/** Share of a day's posts by local hour, roughly: quiet at four, loud at nine in the evening. */
const CURVE = [2, 1, 1, 0, 0, 1, 2, 4, 6, 7, 7, 7, 8, 7, 7, 7, 7, 7, 8, 9, 11, 12, 9, 5];

function bucketOf(at: number, n: number, negativeShare: number, random: () => number): Bucket {
  const negative = Math.round(n * negativeShare);
  const positive = Math.round((n - negative) * (0.3 + 0.2 * random()));
  const neutral = n - negative - positive;
  const moodSum = Math.round(620 * positive - 580 * negative);
  return {
    at,
    n,
    positive,
    neutral,
    negative,
    moodSum,
    moodSq: Math.round(400_000 * (positive + negative)),
    authors: Math.max(n === 0 ? 0 : 1, Math.round(n * 0.8)),
    late: Math.round(n * 0.02),
    reposts: Math.round(n * 0.3),
  };
}

function sum(buckets: Bucket[], at: number): Bucket {
  const total = buckets.reduce(mergeBuckets, emptyBucket(at));
  return { ...total, at, authors: Math.round(total.authors * 0.7) };
}

interface TopicShape {
  id: string;
  name: string;
  perHour: number;
  negative: number;
  /** Negative share of the evening (from 21:00). */
  eveningNegative: number;
}

function aTopic(shape: TopicShape, color: number, from: number): TopicFacts {
  const random = seeded(shape.perHour + color);
  const series = CURVE.map((weight, hour) =>
    bucketOf(
      from + hour * HOUR_MS,
      Math.round((shape.perHour * weight * (0.8 + 0.4 * random())) / 5),
      hour >= 21 ? shape.eveningNegative : shape.negative,
      random,
    ),
  );
  const day = (factor: number, negative: number, back: number) => {
    const at = from - back * 24 * HOUR_MS;
    return bucketOf(at, Math.round(sum(series, at).n * factor), negative, random);
  };
  const earlier = [0.62, 0.55, 0.5, 0.41, 0.3, 0.3, 0.28].map((factor, index) =>
    day(factor, shape.negative * 0.9, index + 1),
  );
  return {
    id: shape.id,
    name: shape.name,
    color,
    total: sum(series, from),
    series,
    previous: earlier[0] ?? null,
    earlier,
    prior: 0.12,
  };
}

export const TOPIC_SHAPES: TopicShape[] = [
  { id: 'deepseek', name: 'DeepSeek', perHour: 640, negative: 0.16, eveningNegative: 0.44 },
  { id: 'nvidia', name: '英伟达 Nvidia', perHour: 210, negative: 0.31, eveningNegative: 0.52 },
  { id: 'chatgpt', name: 'ChatGPT / OpenAI', perHour: 150, negative: 0.24, eveningNegative: 0.24 },
  { id: 'ernie', name: '文心一言 / 百度', perHour: 44, negative: 0.4, eveningNegative: 0.41 },
];

/** Facts of one day, 27 January 2025 in Shanghai, in synthetic numbers. */
export function aReportData(
  overrides: Partial<ReportData> = {},
  shapes = TOPIC_SHAPES,
): ReportData {
  const { from, to } = DAY;
  const topics = shapes.map((shape, index) => aTopic(shape, index, from));
  const all = mergeTopics(topics, from);
  const { n } = all.total;
  return {
    query: {
      from,
      to,
      zone: 'Asia/Shanghai',
      topics: topics.map((topic) => topic.id),
      period: 'day',
    },
    generatedAt: to + 8 * HOUR_MS + 7 * MINUTE_MS,
    dataAsOf: to + 8 * HOUR_MS + 6 * MINUTE_MS,
    demo: true,
    model: 'weimai 0.1.0, prior 2026-11-01',
    stepMs: HOUR_MS,
    topics,
    all,
    posts: Math.round(n * 0.93),
    spikes: [aSpike(from), aMoodSpike(from)],
    topPosts: somePosts(from),
    words: {
      sampleEvery: 1,
      now: {
        total: 9_412,
        authors: [
          ['服务器', 1_930],
          ['繁忙', 1_711],
          ['开源', 822],
          ['国运', 410],
          ['英伟达', 1_204],
          ['暴跌', 938],
          ['=cmd|calc', 12],
          ['过年', 320],
        ],
      },
      before: {
        total: 6_120,
        authors: [
          ['服务器', 41],
          ['繁忙', 22],
          ['开源', 700],
          ['国运', 95],
          ['英伟达', 230],
          ['暴跌', 20],
          ['发布', 1_420],
          ['论文', 610],
          ['过年', 205],
        ],
      },
    },
    authors: [
      { name: '科技前线观察', source: 'weibo', n: 86, negative: 12, followers: 1_204_331 },
      { name: '=HYPERLINK("http://evil")', source: 'weibo', n: 61, negative: 3, followers: 12 },
      { name: '一只咸鱼🐟', source: 'douyin', n: 44, negative: 30, followers: null },
    ],
    sources: [
      {
        name: 'weibo',
        n: Math.round(n * 0.71),
        positive: 900,
        negative: Math.round(n * 0.18),
        before: 7_400,
      },
      {
        name: 'zhihu',
        n: Math.round(n * 0.17),
        positive: 300,
        negative: Math.round(n * 0.04),
        before: 2_100,
      },
      {
        name: 'douyin',
        n: Math.round(n * 0.12),
        positive: 200,
        negative: Math.round(n * 0.02),
        before: 800,
      },
    ],
    regions: [
      { name: '北京', n: 3_210, positive: 900, negative: 610, before: 1_400 },
      { name: '浙江', n: 2_940, positive: 1_200, negative: 320, before: 1_260 },
      { name: '广东', n: 2_511, positive: 800, negative: 540, before: 1_190 },
    ],
    incidents: [
      {
        incident: {
          id: 'inc-1',
          ruleId: 'rule-1',
          ruleName: 'DeepSeek 负面突增',
          kind: 'negative-share',
          topic: 'deepseek',
          severity: 'critical',
          state: 'resolved',
          startsAt: from + 21 * HOUR_MS + 14 * MINUTE_MS,
          resolvedAt: from + 23 * HOUR_MS + 2 * MINUTE_MS,
          value: 0.46,
          threshold: 0.4,
          n: 1_206,
          acknowledged: { by: '陈', at: from + 21.5 * HOUR_MS, note: '' },
          silencedBy: null,
          spikeId: 'spike-1',
        },
        delivered: 3,
        failed: 1,
      },
      {
        incident: {
          id: 'inc-2',
          ruleId: 'rule-2',
          ruleName: '英伟达情绪走低',
          kind: 'mood',
          topic: 'nvidia',
          severity: 'warning',
          state: 'firing',
          startsAt: from + 22 * HOUR_MS,
          resolvedAt: null,
          value: -24.2,
          threshold: -20,
          n: 410,
          acknowledged: null,
          silencedBy: null,
          spikeId: null,
        },
        delivered: 1,
        failed: 0,
      },
    ],
    notes: [
      {
        at: from + 21 * HOUR_MS,
        topic: 'nvidia',
        zh: '美股开盘，英伟达大跌',
        en: 'US markets open, Nvidia falls',
      },
    ],
    corrections: {
      since: to - 30 * 24 * HOUR_MS,
      reviews: [
        { machine: 'positive', person: 'positive', n: 210 },
        { machine: 'positive', person: 'negative', n: 14 },
        { machine: 'positive', person: 'neutral', n: 9 },
        { machine: 'neutral', person: 'neutral', n: 180 },
        { machine: 'neutral', person: 'negative', n: 22 },
        { machine: 'negative', person: 'negative', n: 171 },
        { machine: 'negative', person: 'positive', n: 11 },
      ],
    },
    quality: {
      received: Math.round(n * 1.4),
      duplicates: 311,
      rejected: 17,
      unmatched: Math.round(n * 0.4),
      deleted: 3,
      latencyP50Ms: 412.4,
      latencyP95Ms: 1_187.9,
      sources: [
        { name: 'weibo', n: 14_120, lastAt: to - 1_000, gaps: [] },
        {
          name: 'zhihu',
          n: 3_300,
          lastAt: to - 40_000,
          gaps: [{ from: from + 190 * MINUTE_MS, to: from + 220 * MINUTE_MS }],
        },
      ],
    },
    ...overrides,
  };
}

/** The same day with nothing in it. */
export function anEmptyReportData(overrides: Partial<ReportData> = {}): ReportData {
  const full = aReportData();
  const nothing = {
    total: emptyBucket(DAY.from),
    series: [],
    previous: null,
    earlier: [],
    prior: 0,
  };
  return {
    ...full,
    demo: false,
    dataAsOf: DAY.from - 2 * HOUR_MS,
    topics: full.topics.map((topic) => ({ ...topic, ...nothing })),
    all: nothing,
    posts: 0,
    spikes: [],
    topPosts: [],
    words: { now: { authors: [], total: 0 }, before: { authors: [], total: 0 }, sampleEvery: 1 },
    authors: [],
    sources: [],
    regions: [],
    incidents: [],
    notes: [],
    corrections: { since: DAY.from, reviews: [] },
    quality: {
      received: 0,
      duplicates: 0,
      rejected: 0,
      unmatched: 0,
      deleted: 0,
      latencyP50Ms: null,
      latencyP95Ms: null,
      sources: [
        {
          name: 'weibo',
          n: 0,
          lastAt: DAY.from - 2 * HOUR_MS,
          gaps: [{ from: DAY.from, to: DAY.to }],
        },
      ],
    },
    ...overrides,
  };
}

function mergeTopics(topics: TopicFacts[], from: number): ReportData['all'] {
  const hours = new Map<number, Bucket>();
  for (const bucket of topics.flatMap((topic) => topic.series)) {
    const known = hours.get(bucket.at);
    hours.set(bucket.at, known ? mergeBuckets(known, bucket) : bucket);
  }
  const series = [...hours.values()].sort((a, b) => a.at - b.at);
  const earlier = (topics[0]?.earlier ?? []).map((_, index) =>
    topics.map((topic) => topic.earlier[index]!).reduce(mergeBuckets),
  );
  return { total: sum(series, from), series, previous: earlier[0] ?? null, earlier, prior: 0.1 };
}

function aSpike(from: number): SpikeExplanation {
  const startsAt = from + 21 * HOUR_MS + 4 * MINUTE_MS;
  return {
    spike: {
      id: 'spike-1',
      topic: 'deepseek',
      measure: 'volume',
      direction: 'up',
      startsAt,
      peakAt: startsAt + 12 * MINUTE_MS,
      endsAt: startsAt + 78 * MINUTE_MS,
      observed: 412,
      expected: 71.3,
      surprise: 13.66,
      windowMinutes: 10,
      n: 1_620,
    },
    words: [
      { word: '服务器', authors: 60, backgroundAuthors: 12, ratio: 26.1, g2: 169.456 },
      { word: '繁忙', authors: 52, backgroundAuthors: 4, ratio: 67.9, g2: 160.2 },
      { word: '+SUM(A1)', authors: 5, backgroundAuthors: 0, ratio: 52, g2: 18.1 },
    ],
    roots: [
      {
        root: 'weibo:1',
        text: '服务器繁忙，请稍后再试。😂😂 我问了三次八字，它说了三次“服务器繁忙”……',
        posts: 121,
        authors: 118,
        firstAt: startsAt,
        postRef: 'weibo:1',
        share: 0.35,
      },
    ],
    posts: 1_620,
    authors: 1_201,
    concentration: 0.354,
    copypastaShare: 0.12,
    negativeBefore: { share: 0.16, low: 0.151, high: 0.169, n: 4_210 },
    negativeDuring: { share: 0.441, low: 0.42, high: 0.462, n: 1_620 },
    sources: [],
    regions: [],
    from: startsAt,
    to: startsAt + 78 * MINUTE_MS,
  };
}

function aMoodSpike(from: number): SpikeExplanation {
  const spike = aSpike(from);
  const startsAt = from + 22 * HOUR_MS;
  return {
    ...spike,
    spike: {
      ...spike.spike,
      id: 'spike-2',
      topic: 'nvidia',
      measure: 'mood',
      direction: 'down',
      startsAt,
      peakAt: startsAt + 30 * MINUTE_MS,
      endsAt: null,
      observed: -31.2,
      expected: -4.1,
      surprise: 6.2,
      windowMinutes: 30,
    },
    words: [],
    roots: [],
    concentration: 0.61,
    posts: 402,
    authors: 150,
  };
}

const HOSTILE = [
  '国产之光！DeepSeek 这次真的把价格打下来了，训练成本只有零头，太燃了🚀🚀',
  '刚用 R1 写完年终总结，推理过程比我还认真，老板看了都说好👍',
  '=cmd|\'/c calc\'!A1 <script>alert(1)</script> "&copy;" </style><img src=x onerror=alert(1)>',
  '开源万岁。140 人的团队，大多是国内高校毕业的年轻人。https://example.com/a/very/long/path/that/must/break/somewhere/because/it/is/too/long/for/a/column',
  '\u202e反转\u202c的文字 Z\u0351\u0352\u0353\u0354\u0355algo 与零宽\u200b字符\u0000',
  '+1 +1 +1 ＝ＳＵＭ（Ａ１） @所有人 -2+3',
];

function somePosts(from: number): ReportData['topPosts'] {
  const texts: [MoodLabel, string][] = [
    ...HOSTILE.map((text): [MoodLabel, string] => ['positive', text]),
    ['negative', '服务器繁忙，请稍后再试。服务器繁忙，请稍后再试。服务器繁忙，请稍后再试。'],
    ['negative', '问了它我的八字，四柱全错，推理得头头是道😅 失望'],
    ['negative', '数据往哪里传？隐私条款看了三遍还是没看懂'],
  ];
  return texts.flatMap(([label, text], index) => {
    const post = {
      ref: `weibo:${500 + index}`,
      root: `weibo:${500 + index}`,
      topic: index % 3 === 2 ? 'nvidia' : 'deepseek',
      label,
      score: label === 'positive' ? 0.8 - index / 20 : -0.9 + index / 40,
      text,
      author: `用户${index}`,
      source: 'weibo',
      url: index % 2 === 0 ? `https://weibo.com/1/${index}` : 'javascript:alert(1)',
      at: from + (6 + index) * HOUR_MS,
      engagement: 90_000 - index * 7_123,
      copies: 1 + index,
    };
    // The same root a second time: a copy that must not take a second place.
    return [post, { ...post, ref: `weibo:copy-${index}`, engagement: post.engagement - 1 }];
  });
}
