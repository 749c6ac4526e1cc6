import { checkRule } from '#shared/alert/check-rule.ts';
import type { Rule, RuleKind } from '#shared/alert/rule.ts';
import { t } from '../i18n/i18n.ts';
import { KINDS } from './kinds.ts';
import { words } from './words.ts';

/** A rule before it is saved; its id is the server's. */
export type RuleDraft = Rule;

export const WINDOWS = [1, 5, 10, 15, 30, 60, 180, 360, 1440] as const;

export function newRule(kind: RuleKind, topic: string): RuleDraft {
  return {
    id: 'preview',
    name: '',
    kind,
    topic,
    source: '',
    keyword: '',
    comparator: 'above',
    warning: null,
    recovery: null,
    minPosts: 0,
    keepFiringMinutes: 10,
    noData: 'keep',
    mutes: [],
    renotify: { mode: 'every', minutes: 240, max: 3 },
    channels: [],
    enabled: true,
    ...KINDS[kind].defaults,
  };
}

/** Another kind: its own numbers, everything else as it was. */
export function changeKind(draft: RuleDraft, kind: RuleKind): RuleDraft {
  const fresh = newRule(kind, draft.topic);
  const { name, source, keyword, noData, mutes, renotify, channels, enabled } = draft;
  return { ...fresh, name, source, keyword, noData, mutes, renotify, channels, enabled };
}

/** The server's figures left out: what POST and PATCH take. */
export function ruleBody(draft: RuleDraft): Omit<Rule, 'id'> {
  const {
    name,
    kind,
    topic,
    source,
    keyword,
    windowMinutes,
    comparator,
    critical,
    warning,
    recovery,
    minPosts,
    pendingMinutes,
    keepFiringMinutes,
    noData,
    mutes,
    renotify,
    channels,
    enabled,
  } = draft;
  return {
    name: name.trim(),
    kind,
    topic: kind === 'source-silent' ? '' : topic,
    source: kind === 'source-silent' ? source : '',
    keyword: kind === 'keyword' ? keyword.trim() : '',
    windowMinutes,
    comparator: KINDS[kind].twoSided ? comparator : 'above',
    critical,
    warning,
    recovery,
    minPosts,
    pendingMinutes,
    keepFiringMinutes,
    noData,
    mutes,
    renotify,
    channels,
    enabled,
  };
}

/** What is wrong, by field, in the user's language: the same check that the server makes. */
export function ruleErrors(draft: RuleDraft): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { code, field } of checkRule({ ...ruleBody(draft), id: draft.id }))
    errors[field] ??= problemText(code, draft);
  return errors;
}

function problemText(code: ReturnType<typeof checkRule>[number]['code'], draft: RuleDraft): string {
  switch (code) {
    case 'rule/topic-missing':
      return t(words.eTopic);
    case 'rule/source-missing':
      return t(words.eSource);
    case 'rule/keyword-missing':
      return t(words.eKeyword);
    case 'rule/threshold-order':
      return t(words.eOrder, {
        hint: t(draft.comparator === 'below' ? words.eOrderBelow : words.eOrderAbove),
      });
    case 'rule/recovery-order':
      return t(words.eRecovery);
    case 'rule/threshold-range':
      return t(words.eRange);
    case 'rule/time-invalid':
      return t(words.eTime);
    case 'rule/zone-unknown':
      return t(words.eZone);
  }
}
