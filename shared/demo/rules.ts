import type { RuleInput } from '../alert/rule.ts';

/** Rules that come with the demo, so that the story's turns raise real incidents; removed with it. */
export const DEMO_RULES: (RuleInput & { id: string })[] = [
  {
    id: 'demo-mood',
    name: 'DeepSeek 情绪转负 · mood turns',
    kind: 'mood',
    topic: 'deepseek',
    comparator: 'below',
    critical: -15,
    warning: 0,
    windowMinutes: 15,
    minPosts: 20,
    pendingMinutes: 3,
  },
  {
    id: 'demo-spike',
    name: '英伟达 声量异动 · volume spike',
    kind: 'spike',
    topic: 'nvidia',
    critical: 6,
    windowMinutes: 10,
    pendingMinutes: 1,
  },
  {
    id: 'demo-busy',
    name: '服务器繁忙 · servers busy',
    kind: 'keyword',
    topic: 'deepseek',
    keyword: '服务器繁忙',
    critical: 60,
    windowMinutes: 30,
    pendingMinutes: 1,
  },
];
