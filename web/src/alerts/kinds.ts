import { comparatorOf, recoveryThreshold } from '#shared/alert/evaluate-rule.ts';
import type { Rule, RuleKind } from '#shared/alert/rule.ts';
import { formatMood } from '../i18n/format.ts';
import { t, tw } from '../i18n/i18n.ts';
import type { Word } from '../i18n/words.ts';
import { topicName } from '../state/topics.ts';
import { count, decimal, share } from '../ui/format.ts';
import { words } from './words.ts';

export interface KindInfo {
  word: Word;
  hint: Word;
  unit: Word;
  /** Stored value × scale = what people type and read (shares: percent). */
  scale: number;
  /** In typed units. */
  step: number;
  min: number;
  max: number;
  /** May the comparator be chosen? */
  twoSided: boolean;
  /** What a new rule of this kind begins with. */
  defaults: Partial<Rule> & Pick<Rule, 'critical' | 'windowMinutes' | 'pendingMinutes'>;
}

/** In the order of the menu. Defaults: spec/alerts.md section 1, mood-and-spikes.md section 2. */
export const KINDS: Readonly<Record<RuleKind, KindInfo>> = {
  spike: {
    word: words.kSpike,
    hint: words.kSpikeHint,
    unit: words.uSurprise,
    scale: 1,
    step: 0.5,
    min: 0.5,
    max: 300,
    twoSided: false,
    defaults: { critical: 4, windowMinutes: 10, pendingMinutes: 1, minPosts: 10 },
  },
  mood: {
    word: words.kMood,
    hint: words.kMoodHint,
    unit: words.uPoints,
    scale: 1,
    step: 1,
    min: -100,
    max: 100,
    twoSided: true,
    defaults: {
      critical: -40,
      warning: -25,
      comparator: 'below',
      windowMinutes: 15,
      pendingMinutes: 3,
      minPosts: 20,
    },
  },
  'negative-share': {
    word: words.kNegative,
    hint: words.kNegativeHint,
    unit: words.uPercent,
    scale: 100,
    step: 1,
    min: 0,
    max: 100,
    twoSided: false,
    defaults: { critical: 0.5, windowMinutes: 15, pendingMinutes: 3, minPosts: 20 },
  },
  'mood-drop': {
    word: words.kDrop,
    hint: words.kDropHint,
    unit: words.uPoints,
    scale: 1,
    step: 1,
    min: 0,
    max: 200,
    twoSided: false,
    defaults: { critical: 25, windowMinutes: 15, pendingMinutes: 3, minPosts: 20 },
  },
  volume: {
    word: words.kVolume,
    hint: words.kVolumeHint,
    unit: words.uPosts,
    scale: 1,
    step: 10,
    min: 0,
    max: 1_000_000,
    twoSided: true,
    defaults: { critical: 200, comparator: 'above', windowMinutes: 15, pendingMinutes: 1 },
  },
  keyword: {
    word: words.kKeyword,
    hint: words.kKeywordHint,
    unit: words.uAuthors,
    scale: 1,
    step: 1,
    min: 1,
    max: 1_000_000,
    twoSided: false,
    defaults: { critical: 5, windowMinutes: 60, pendingMinutes: 0 },
  },
  'source-silent': {
    word: words.kSilent,
    hint: words.kSilentHint,
    unit: words.uMinutes,
    scale: 1,
    step: 5,
    min: 1,
    max: 10_080,
    twoSided: false,
    defaults: { critical: 30, windowMinutes: 15, pendingMinutes: 0 },
  },
};
export const KIND_NAMES = Object.keys(KINDS) as RuleKind[];

/** An incident keeps the name of its rule's kind; one of an older version may be unknown. */
export function isRuleKind(kind: string): kind is RuleKind {
  return kind in KINDS;
}

/** A stored value as people read it: −40 点, 61 %, 意外度 4.2. */
export function valueText(kind: string, value: number): string {
  switch (kind) {
    case 'mood':
      return formatMood(value);
    case 'negative-share':
      return share(value);
    case 'spike':
      return t(words.surprise, { s: decimal(value) });
    case 'mood-drop':
      return `${decimal(value)} ${t(words.uPoints)}`;
    case 'keyword':
      return `${count(value)} ${t(words.uAuthors)}`;
    case 'source-silent':
      return `${count(value)} ${t(words.uMinutes)}`;
    default:
      return count(value);
  }
}

/** The figure alone, for the axis and the lines of a chart: the words around it name the measure. */
export function figureText(kind: string, value: number): string {
  if (kind === 'mood' || kind === 'negative-share') return valueText(kind, value);
  return kind === 'spike' || kind === 'mood-drop' ? decimal(value) : count(value);
}

/** Typed number ↔ stored number; rounded so that 0.29 × 100 stays 29. */
export function toTyped(kind: RuleKind, value: number): number {
  return Number((value * KINDS[kind].scale).toFixed(2));
}
export function fromTyped(kind: RuleKind, typed: number): number {
  return Number((typed / KINDS[kind].scale).toFixed(4));
}

export function windowText(minutes: number): string {
  return minutes % 60 === 0
    ? t(words.windowHours, { n: minutes / 60 })
    : t(words.windowMinutes, { n: minutes });
}

/** The condition of a rule as one sentence. */
export function ruleSentence(rule: Rule): string {
  const value = valueText(rule.kind, rule.critical);
  const window = windowText(rule.windowMinutes);
  const subject = rule.topic === '' ? t(words.anyTopic) : topicName(rule.topic);
  if (rule.kind === 'source-silent')
    return t(words.sentenceSilent, { subject: rule.source, value });
  if (rule.kind === 'keyword')
    return t(words.sentenceKeyword, { subject, window, keyword: rule.keyword, value });
  return t(words.sentence, {
    subject,
    window,
    measure: tw(KINDS[rule.kind].word),
    comparator: t(words[comparatorOf(rule)]),
    value,
  });
}

/** Where recovery begins when the rule names no threshold of its own. */
export function defaultRecovery(rule: Rule): number {
  return recoveryThreshold({ ...rule, recovery: null });
}
