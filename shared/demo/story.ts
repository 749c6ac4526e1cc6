/** An event of the demo week for notes on the chart; every one of them belongs to the synthetic demo. */
export interface DemoEvent {
  at: number;
  zh: string;
  en: string;
  /** Topic the note belongs to; undefined for all. */
  topic?: string;
}

/** The synthetic week: 20 January 2025 00:00 to 29 January 2025 00:00, China time. */
export const DEMO = {
  from: Date.parse('2025-01-20T00:00:00+08:00'),
  to: Date.parse('2025-01-29T00:00:00+08:00'),
  /** Where live play begins on the first start: 45 minutes before the turn. */
  playFrom: Date.parse('2025-01-27T20:15:00+08:00'),
  source: 'demo',
} as const;

/** Bounds of the copied wave, shared by the generator and the notes. */
export const COPY_WAVE = {
  from: Date.parse('2025-01-25T15:10:00+08:00'),
  to: Date.parse('2025-01-25T16:20:00+08:00'),
} as const;

const dayTimes = new Map<string, number>();

/** `27T21:00` → that moment of January 2025 in China. */
export function dayTime(time: string): number {
  const known = dayTimes.get(time);
  if (known !== undefined) return known;
  const at = Date.parse(`2025-01-${time}:00+08:00`);
  dayTimes.set(time, at);
  return at;
}

export const DEMO_EVENTS: readonly DemoEvent[] = [
  {
    at: dayTime('20T20:40'),
    zh: 'DeepSeek 发布 R1 模型',
    en: 'DeepSeek releases R1',
    topic: 'deepseek',
  },
  {
    at: dayTime('21T17:00'),
    zh: 'Kimi 发布新模型',
    en: 'Kimi releases a new model',
    topic: 'kimi',
  },
  {
    at: dayTime('22T09:00'),
    zh: '英伟达市值重回第一',
    en: 'Nvidia is the most valuable company again',
    topic: 'nvidia',
  },
  { at: dayTime('23T01:00'), zh: '安静的一夜', en: 'A quiet night' },
  {
    at: dayTime('24T10:30'),
    zh: '海外开发者开始复现 R1',
    en: 'Developers abroad begin to reproduce R1',
    topic: 'deepseek',
  },
  {
    at: COPY_WAVE.from,
    zh: '同一段文字被少数账号反复张贴',
    en: 'A few accounts post one copied text over and over',
    topic: 'deepseek',
  },
  {
    at: dayTime('26T16:00'),
    zh: '热度爆发，服务第一次拥堵',
    en: 'Interest explodes; first congestion',
    topic: 'deepseek',
  },
  {
    at: dayTime('27T09:30'),
    zh: '登顶中国区和美国区应用商店',
    en: 'Tops the app stores of China and the US',
    topic: 'deepseek',
  },
  {
    at: dayTime('27T15:00'),
    zh: '创始人梁文锋成为焦点',
    en: 'The founder Liang Wenfeng in the spotlight',
    topic: 'liang-wenfeng',
  },
  {
    at: dayTime('27T19:40'),
    zh: '英伟达盘前大跌',
    en: 'Nvidia falls before the bell',
    topic: 'nvidia',
  },
  {
    at: dayTime('27T21:00'),
    zh: '“服务器繁忙”：情绪转向',
    en: '"Server busy": the mood turns',
    topic: 'deepseek',
  },
  {
    at: dayTime('27T22:30'),
    zh: '美股开盘，英伟达市值蒸发数千亿美元',
    en: 'US markets open; Nvidia loses several hundred billion dollars',
    topic: 'nvidia',
  },
  {
    at: dayTime('28T09:30'),
    zh: '“广东 AI 三杰”刷屏',
    en: 'The three AI heroes of Guangdong',
    topic: 'ai-heroes',
  },
  {
    at: dayTime('28T11:00'),
    zh: '马斯克等人质疑芯片数量',
    en: 'Musk and others doubt the number of chips',
    topic: 'chip-ban',
  },
  {
    at: dayTime('28T20:00'),
    zh: '除夕夜：最好的新年礼物',
    en: 'New Year\'s Eve: "the best New Year\'s gift"',
    topic: 'deepseek',
  },
];
