import type { Mention, OutgoingMessage } from '#shared/alert/channel.ts';

/** The few words a channel itself adds; everything else comes rendered in the message. */
export const WORDS = {
  zh: {
    view: '查看详情',
    digest: (n: number) => `${n} 条通知合并为一条`,
    delayed: (minutes: number) => `延迟 ${minutes} 分钟送达`,
    severity: { critical: '严重', warning: '警告', ok: '恢复' },
  },
  en: {
    view: 'Open',
    digest: (n: number) => `${n} notifications in one`,
    delayed: (minutes: number) => `delivered ${minutes} min late`,
    severity: { critical: 'critical', warning: 'warning', ok: 'resolved' },
  },
} as const;
export type Lang = keyof typeof WORDS;

/** Whether people are called by name: for openings and repeats, never for a resolution or a report. */
export function callsPeople(mention: Mention, message: OutgoingMessage): boolean {
  if (message.kind !== 'firing' && message.kind !== 'renotify' && message.kind !== 'digest')
    return false;
  if (message.severity === 'ok') return false;
  return mention.when === 'always' || message.severity === 'critical';
}

/** The robot's required word, where the title (which heads every part) does not hold it already. */
export function missingKeyword(keyword: string, title: string): string {
  return title.includes(keyword) ? '' : keyword;
}

export function joinUrl(base: string, path: string): string {
  return `${base.replace(/\/{1,8}$/, '')}${path}`;
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;
