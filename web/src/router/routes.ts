import type { ComponentType } from 'preact';
import type { IconName } from '../ui/icon.tsx';
import { words } from '../shell/words.ts';
import type { Word } from '../i18n/words.ts';

export interface PageProps {
  params: Readonly<Record<string, string>>;
}
export interface Route {
  pattern: string;
  load: () => Promise<ComponentType<PageProps>>;
}
export interface NavItem {
  href: string;
  icon: IconName;
  word: Word;
  /** Second key after `g`. */
  key: string;
}

/** Every page is its own chunk. First match wins. */
export const ROUTES: readonly Route[] = [
  { pattern: '/live', load: async () => (await import('../live/live-page.tsx')).LivePage },
  {
    pattern: '/spikes/:id',
    load: async () => (await import('../spikes/spike-page.tsx')).SpikePage,
  },
  {
    pattern: '/welcome',
    load: async () => (await import('../welcome/welcome-page.tsx')).WelcomePage,
  },
  {
    pattern: '/topics/:id?',
    load: async () => (await import('../topics/topics-page.tsx')).TopicsPage,
  },
  {
    pattern: '/alerts/:tab?/:id?',
    load: async () => (await import('../alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    pattern: '/reports/:day?',
    load: async () => (await import('../reports/reports-page.tsx')).ReportsPage,
  },
  {
    pattern: '/posts/:ref?',
    load: async () => (await import('../posts/posts-page.tsx')).PostsPage,
  },
  {
    pattern: '/sources/:tab?',
    load: async () => (await import('../sources/sources-page.tsx')).SourcesPage,
  },
  { pattern: '/system', load: async () => (await import('../system/system-page.tsx')).SystemPage },
  {
    pattern: '/settings/:tab?',
    load: async () => (await import('../settings/settings-page.tsx')).SettingsPage,
  },
  { pattern: '/docs', load: async () => (await import('../docs/docs-page.tsx')).DocsPage },
];

export const NAVIGATION: readonly NavItem[] = [
  { href: '/live', icon: 'live', word: words.live, key: 'l' },
  { href: '/topics', icon: 'topics', word: words.topics, key: 't' },
  { href: '/alerts', icon: 'alerts', word: words.alerts, key: 'a' },
  { href: '/reports', icon: 'reports', word: words.reports, key: 'r' },
  { href: '/posts', icon: 'posts', word: words.posts, key: 'p' },
  { href: '/sources', icon: 'sources', word: words.sources, key: 's' },
  { href: '/system', icon: 'system', word: words.system, key: 'y' },
  { href: '/settings', icon: 'settings', word: words.settings, key: 'e' },
];
