import { describe, expect, test } from 'vitest';
import { foldRule, foldRunningMinute } from '#shared/alert/fold-rule.ts';
import { newStatus, type NotificationIntent } from '#shared/alert/next-incident.ts';
import type { Rule, RuleInput } from '#shared/alert/rule.ts';
import { TopicWatch } from '#shared/alert/topic-watch.ts';
import { type Bucket, emptyBucket, MINUTE_MS } from '#shared/series/bucket.ts';
import { MinuteTable } from '#shared/series/minutes.ts';
import { generator, poisson } from '../../builders/simulated-posts.ts';
import { at, aRule } from './builders.ts';

const DAY = 1440;
const LIVE_FROM = 2 * DAY + 595;
const LIVE_TO = 2 * DAY + 705;

/** Three days of posts; on the third an hour of five times as many, angry ones. */
function somePosts(): { at: number; score: number }[] {
  const random = generator(42);
  const posts: { at: number; score: number }[] = [];
  for (let minute = 0; minute < 3 * DAY; minute++) {
    const storm = minute >= 2 * DAY + 600 && minute < 2 * DAY + 660;
    for (let i = poisson(storm ? 20 : 4, random); i > 0; i--) {
      posts.push({
        at: at(minute) + Math.floor(random() * MINUTE_MS),
        score: random() < (storm ? 0.7 : 0.2) ? -800 : 400,
      });
    }
  }
  return posts.sort((a, b) => a.at - b.at);
}

function tableOf(posts: readonly { at: number; score: number }[], until: number): MinuteTable {
  const buckets = new Map<number, Bucket>();
  for (const post of posts) {
    if (post.at >= until) break;
    const minute = Math.floor(post.at / MINUTE_MS) * MINUTE_MS;
    const bucket = buckets.get(minute) ?? emptyBucket(minute);
    bucket.n++;
    if (post.score < 0) bucket.negative++;
    else bucket.positive++;
    bucket.moodSum += post.score;
    bucket.moodSq += post.score ** 2;
    buckets.set(minute, bucket);
  }
  return new MinuteTable(buckets.values(), at(0), Math.max(until, at(1)));
}

describe('posts that arrive one by one, judged every 20 seconds, fire what the back-test over the same minutes fires', () => {
  const posts = somePosts();
  const whole = tableOf(posts, at(3 * DAY));
  const kinds: [string, Partial<RuleInput>][] = [
    ['spike, at once', { kind: 'spike', critical: 4, pendingMinutes: 0 }],
    ['spike, after two complete minutes', { kind: 'spike', critical: 4, pendingMinutes: 2 }],
    ['volume, at once', { kind: 'volume', critical: 150, warning: 110, pendingMinutes: 0 }],
    ['mood', { kind: 'mood', comparator: 'below', critical: -30, warning: -10, pendingMinutes: 3 }],
    ['negative share', { kind: 'negative-share', critical: 0.5, pendingMinutes: 1 }],
  ];

  function live(rule: Rule): NotificationIntent[] {
    const watch = new TopicWatch('deepseek', { from: at(0) });
    let status = newStatus(at(LIVE_FROM));
    const told: NotificationIntent[] = [];
    for (let now = at(LIVE_FROM); now <= at(LIVE_TO); now += 20_000) {
      const minutes = tableOf(posts, now);
      const { detections } = watch.advance(minutes, now);
      const fold = foldRule({
        rule,
        series: { minutes, detections },
        status,
        from: status.evaluatedTo,
        to: now,
      });
      status = fold.status;
      told.push(...fold.notifications);
      const early = foldRunningMinute({ rule, series: { minutes, detections }, status, now });
      if (early === null) continue;
      status = early.status;
      told.push(...early.notifications);
    }
    return told;
  }

  test.each(kinds)('%s', (_name, input) => {
    const rule = aRule({ ...input, keepFiringMinutes: 10 });
    const { detections } = new TopicWatch('deepseek', { from: at(0) }).advance(whole, at(3 * DAY));
    const series = { minutes: whole, detections };
    const folded = foldRule({
      rule,
      series,
      status: newStatus(at(LIVE_FROM)),
      from: at(LIVE_FROM),
      to: at(LIVE_TO),
    });
    const told = live(rule);
    expect(told.map(({ key }) => key)).toEqual(folded.notifications.map(({ key }) => key));
    expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['firing', 'resolved']));
  });
});
