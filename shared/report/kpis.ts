import { type Bucket, mergeBuckets } from '../series/bucket.ts';
import {
  Z95,
  compareMood,
  moodIndex,
  negativeShare,
  netSentiment,
  wilson,
} from '../series/mood-index.ts';
import { round } from './format.ts';
import type { SpanFacts } from './report-data.ts';
import type { Kpi, KpiChange } from './report.ts';

/** Digits shown, and therefore kept: mood in points, shares to 0.1 %. */
export const DIGITS = { index: 1, ratio: 2, share: 3, g2: 1, size: 1 } as const;

/** The five figures of the second section, each against the period before and against the usual one. */
export function buildKpis(facts: SpanFacts): Kpi[] {
  const { total, previous, earlier } = facts;
  const usual = earlier.length === 0 ? null : earlier.reduce(mergeBuckets);
  const periods = Math.max(1, earlier.length);
  return [
    countKpi('mentions', total.n, previous?.n ?? null, usual && usual.n / periods),
    countKpi('authors', total.authors, previous?.authors ?? null, usual && usual.authors / periods),
    moodKpi(facts, usual),
    rateKpi('nsr', total, previous, usual),
    rateKpi('negative', total, previous, usual),
  ];
}

/** Mood index of a span with its 90 % band, rounded; nulls without a mention. */
export function moodOf(
  sums: Bucket,
  prior: number,
): { mood: number | null; low: number | null; high: number | null } {
  if (sums.n === 0) return { mood: null, low: null, high: null };
  const { mood, low, high } = moodIndex(sums, prior);
  return {
    mood: round(mood, DIGITS.index),
    low: round(low, DIGITS.index),
    high: round(high, DIGITS.index),
  };
}

/** Share of change of a count: 120 after 100 → 0.2; null after nothing. */
export function relativeChange(now: number, before: number): number | null {
  return before === 0 ? null : round(now / before - 1, DIGITS.share);
}

function countKpi(
  key: 'mentions' | 'authors',
  value: number,
  previous: number | null,
  usual: number | null,
): Kpi {
  const against = (before: number | null): KpiChange | null =>
    before === null
      ? null
      : { value: round(before, 0), change: relativeChange(value, before), low: null, high: null };
  return {
    key,
    unit: 'count',
    value,
    low: null,
    high: null,
    previous: against(previous),
    usual: against(usual),
  };
}

function moodKpi(facts: SpanFacts, usual: Bucket | null): Kpi {
  const { mood, low, high } = moodOf(facts.total, facts.prior);
  const against = (before: Bucket | null): KpiChange | null => {
    const was = before && moodOf(before, facts.prior).mood;
    const test = before && compareMood(before, facts.total);
    if (was === null || mood === null || !test) return null;
    return {
      value: was,
      // The difference of the two figures as printed, so that a reader who subtracts finds it right.
      change: round(mood - was, DIGITS.index),
      low: round(test.low, DIGITS.index),
      high: round(test.high, DIGITS.index),
    };
  };
  return {
    key: 'mood',
    unit: 'index',
    value: mood,
    low,
    high,
    previous: against(facts.previous),
    usual: against(usual),
  };
}

/** A share of something, with Wilson's interval and the difference's (Newcombe 1998, method 10). */
interface Rate {
  value: number;
  low: number;
  high: number;
  low95: number;
  high95: number;
}

function rateKpi(
  key: 'nsr' | 'negative',
  now: Bucket,
  previous: Bucket | null,
  usual: Bucket | null,
): Kpi {
  const digits = key === 'nsr' ? DIGITS.ratio : DIGITS.share;
  const rate = rateOf(key, now);
  const against = (bucket: Bucket | null): KpiChange | null => {
    const before = bucket && rateOf(key, bucket);
    if (!before || !rate) return null;
    const difference = rate.value - before.value;
    const low = difference - Math.hypot(rate.value - rate.low95, before.high95 - before.value);
    const high = difference + Math.hypot(rate.high95 - rate.value, before.value - before.low95);
    return {
      value: round(before.value, digits),
      change: round(round(rate.value, digits) - round(before.value, digits), digits),
      low: round(low, digits),
      high: round(high, digits),
    };
  };
  return {
    key,
    unit: key === 'nsr' ? 'ratio' : 'share',
    value: rate && round(rate.value, digits),
    low: rate && round(rate.low, digits),
    high: rate && round(rate.high, digits),
    previous: against(previous),
    usual: against(usual),
  };
}

function rateOf(key: 'nsr' | 'negative', bucket: Bucket): Rate | null {
  const value = key === 'nsr' ? netSentiment(bucket) : negativeShare(bucket);
  if (value === null) return null;
  const hits = key === 'nsr' ? bucket.positive : bucket.negative;
  const n = key === 'nsr' ? bucket.positive + bucket.negative : bucket.n;
  // NSR = 2p − 1, where p is the share of positive among those who take a side.
  const scale = (share: number) => (key === 'nsr' ? 2 * share - 1 : share);
  const at90 = wilson(hits, n);
  const at95 = wilson(hits, n, Z95);
  return {
    value,
    low: scale(at90.low),
    high: scale(at90.high),
    low95: scale(at95.low),
    high95: scale(at95.high),
  };
}
