import { effect, signal } from '@preact/signals';
import { LANGUAGES, type Language } from '../i18n/words.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const POLARITIES = ['blue-orange', 'red-up', 'red-bad'] as const;
export type Polarity = (typeof POLARITIES)[number];

const STORAGE_KEY = 'weimai.prefs';
const saved = readSaved();

/** This browser's choices. They survive a reload and never leave the machine. */
export const prefs = {
  language: signal<Language>(oneOf(LANGUAGES, saved['language'], 'zh')),
  /** The reader has chosen a language, or waved the offer of another away. */
  languageChosen: signal<boolean>(saved['languageChosen'] === true),
  theme: signal<Theme>(oneOf(THEMES, saved['theme'], 'system')),
  polarity: signal<Polarity>(oneOf(POLARITIES, saved['polarity'], 'blue-orange')),
  /** IANA zone that times are shown in; empty: the server's (Asia/Shanghai unless configured). */
  zone: signal<string>(typeof saved['zone'] === 'string' ? saved['zone'] : ''),
  /** Single-letter shortcuts can be turned off (WCAG 2.1.4). */
  shortcuts: signal<boolean>(saved['shortcuts'] !== false),
};

/** Chinese comes first here; a browser that does not ask for it first is told, once, that there is English. */
export function offersEnglish(): boolean {
  const preferred = navigator.languages[0] ?? navigator.language;
  return prefs.language.value === 'zh' && !prefs.languageChosen.value && !/^zh\b/i.test(preferred);
}

/** What the system asks for where `theme` follows it. */
export const systemDark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
export const reducedMotion = signal(matchMedia('(prefers-reduced-motion: reduce)').matches);

/** While the page is laid out for paper: light colours, and all parts built. */
export const printing = signal(false);

export function isDark(): boolean {
  if (printing.value) return false;
  return prefs.theme.value === 'dark' || (prefs.theme.value === 'system' && systemDark.value);
}

/** Keeps <html> and the storage in step with the choices; call once. */
export function startPrefs(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    systemDark.value = event.matches;
  });
  matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', (event) => {
    reducedMotion.value = event.matches;
  });
  // Paper is told by the media query; Safari tells by the events alone.
  matchMedia('print').addEventListener('change', (event) => {
    printing.value = event.matches;
  });
  addEventListener('beforeprint', () => {
    printing.value = true;
  });
  addEventListener('afterprint', () => {
    printing.value = false;
  });
  effect(() => {
    const root = document.documentElement;
    root.lang = prefs.language.value === 'zh' ? 'zh-CN' : 'en';
    root.dataset['theme'] = isDark() ? 'dark' : 'light';
    root.dataset['polarity'] = prefs.polarity.value;
  });
  effect(() => {
    if (prefs.language.value !== 'zh') prefs.languageChosen.value = true;
  });
  effect(() => {
    const values = Object.fromEntries(
      Object.entries(prefs).map(([name, choice]) => [name, choice.value]),
    );
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(values));
    } catch (cause) {
      // Storage may be full or forbidden: the choice then lasts until the tab closes, which is all we can do.
      if (!(cause instanceof DOMException)) throw cause;
    }
  });
}

function readSaved(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof DOMException) return {};
    throw cause;
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.find((item) => item === value) ?? otherwise;
}
