import { describe, expect, test } from 'vitest';
import {
  demoExpectations,
  demoPostsBetween,
  generateDemoWeek,
  type DemoPost,
} from '#shared/demo/generate.ts';
import { grammarOf } from '#shared/demo/grammar.ts';
import { poisson, randomFrom, weightedIndex } from '#shared/demo/random.ts';
import { COPY_WAVE, DEMO, DEMO_EVENTS, dayTime } from '#shared/demo/story.ts';
import { STORYLINES } from '#shared/demo/write-post.ts';
import { cleanText } from '#shared/post/hygiene.ts';
import { parsePost } from '#shared/post/parse-post.ts';
import type { Post } from '#shared/post/post.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';

const HOUR = 3_600_000;
const week: DemoPost[] = [...demoExpectations(DEMO.from, DEMO.to)];
const between = (from: string, to: string) =>
  week.filter(({ post }) => post.createdAt >= dayTime(from) && post.createdAt < dayTime(to));

/** Mean intended mood toward a topic, −1…1, over posts that carry one. */
function intendedMood(posts: readonly DemoPost[], topic: string): number {
  const moods = posts.map(({ expected }) => expected[topic]).filter((label) => label !== undefined);
  const sum = moods.reduce(
    (total, label) => total + (label === 'positive' ? 1 : label === 'negative' ? -1 : 0),
    0,
  );
  return sum / moods.length;
}

const about = (posts: readonly DemoPost[], topic: string) =>
  posts.filter(({ expected }) => topic in expected);

describe('the week', () => {
  test('has 60,000 to 95,000 posts in order, each once, inside its bounds', () => {
    expect(week.length).toBeGreaterThan(60_000);
    expect(week.length).toBeLessThan(95_000);
    expect(new Set(week.map(({ post }) => post.id)).size).toBe(week.length);
    const times = week.map(({ post }) => post.createdAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(DEMO.from);
    expect(times.at(-1)).toBeLessThan(DEMO.to);
  });

  test('any stretch is the same posts as in the whole week', () => {
    const from = dayTime('27T20:15') + 12_345;
    const to = from + 3 * HOUR;
    const whole = week
      .map(({ post }) => post)
      .filter((post) => post.createdAt >= from && post.createdAt < to);
    expect([...demoPostsBetween(from, to)]).toEqual(whole);
    expect([...demoPostsBetween(DEMO.to, DEMO.to + HOUR)]).toEqual([]);
  });

  test('another seed writes another week; scale multiplies it', () => {
    const count = (posts: Iterable<Post>) => [...posts].length;
    const [from, to] = [dayTime('27T21:00'), dayTime('27T22:00')];
    const plain = [...demoPostsBetween(from, to)];
    expect([...demoPostsBetween(from, to, { seed: 2 })].map((post) => post.text)).not.toEqual(
      plain.map((post) => post.text),
    );
    const ratio = count(demoPostsBetween(from, to, { scale: 3 })) / plain.length;
    expect(ratio).toBeGreaterThan(2.6);
    expect(ratio).toBeLessThan(3.4);
    expect(generateDemoWeek().next().value).toEqual(week[0]?.post);
  });

  test('every post is one that the API would take as it is', () => {
    for (const { post } of week.filter((_, index) => index % 7 === 0)) {
      const wire = { ...post, createdAt: new Date(post.createdAt).toISOString() };
      expect(parsePost(wire, DEMO.to)).toEqual({ ok: true, post });
      expect(cleanText(post.text)).toBe(post.text);
      expect(post.text).not.toMatch(/[{}<>|]|undefined/);
    }
  });

  test('is written by many people in many words', () => {
    const original = week
      .filter(({ post }) => post.repostOf === undefined)
      .map(({ post }) => post.text);
    expect(new Set(original).size).toBeGreaterThan(50_000);
    expect(new Set(week.map(({ post }) => post.author?.id)).size).toBeGreaterThan(10_000);
  });

  test('a good quarter is about other things and names no topic', () => {
    const names = defaultTopics()
      .flatMap((topic) => [topic.name, ...topic.aliases])
      .filter((name) => !/^[a-z0-9]{1,3}$/i.test(name));
    const offTopic = week.filter(
      ({ expected, post }) => Object.keys(expected).length === 0 && post.repostOf === undefined,
    );
    expect(offTopic.length / week.length).toBeGreaterThan(0.22);
    const slips = offTopic.filter(({ post }) => names.some((name) => post.text.includes(name)));
    expect(slips.map(({ post }) => post.text)).toEqual([]);
  });

  test('every intended mood speaks of a shipped topic whose name or alias stands in the words', () => {
    const topics = new Map(
      defaultTopics().map((topic) => [
        topic.id,
        [topic.name, ...topic.aliases].map((name) => name.toLowerCase()),
      ]),
    );
    for (const { post, expected } of week) {
      const text = post.text.toLowerCase();
      for (const id of Object.keys(expected)) {
        const found = topics.get(id)?.some((name) => text.includes(name));
        expect(found, `${id}: ${post.text}`).toBe(true);
      }
    }
  });
});

describe('the story', () => {
  test('nobody speaks of R1 before it exists, or of the New Year’s Eve dinner before the eve', () => {
    expect(
      between('20T00:00', '20T20:40').filter(({ post }) => /(?<![A-Z])R1/.test(post.text)),
    ).toEqual([]);
    expect(
      between('20T00:00', '28T10:00').filter(({ post }) => /除夕快乐|登顶啦.*除夕/.test(post.text)),
    ).toEqual([]);
  });

  test('an honest surge of praise at the launch', () => {
    const before = about(between('20T18:40', '20T20:40'), 'deepseek');
    const after = about(between('20T20:40', '20T22:40'), 'deepseek');
    expect(after.length).toBeGreaterThan(before.length * 8);
    expect(intendedMood(after, 'deepseek')).toBeGreaterThan(0.4);
    expect(new Set(after.map(({ post }) => post.author?.id)).size).toBeGreaterThan(
      after.length * 0.8,
    );
  });

  test('the mood toward DeepSeek turns at nine in the evening of the 27th', () => {
    expect(intendedMood(between('27T20:00', '27T21:00'), 'deepseek')).toBeGreaterThan(0.35);
    expect(intendedMood(between('27T21:10', '27T22:10'), 'deepseek')).toBeLessThan(-0.25);
    expect(about(between('27T21:00', '27T22:00'), 'deepseek').length).toBeGreaterThan(
      about(between('27T20:00', '27T21:00'), 'deepseek').length * 2,
    );
  });

  test('one wave is a single text from a few accounts', () => {
    const copies = week.filter(({ post }) => post.text.startsWith('提醒身边用DeepSeek的朋友'));
    expect(copies.length).toBeGreaterThan(700);
    expect(new Set(copies.map(({ post }) => post.author?.id)).size).toBeLessThan(50);
    expect(
      copies.every(({ post }) => post.createdAt >= COPY_WAVE.from && post.createdAt < COPY_WAVE.to),
    ).toBe(true);
  });

  test('one night is quieter than the nights around it', () => {
    const night = (day: number) => between(`${day}T00:30`, `${day}T06:30`).length;
    expect(night(23)).toBeLessThan(Math.min(night(22), night(24)) * 0.5);
  });

  test('DeepSeek rises while Doubao and Ernie fall, and Nvidia’s mood with them', () => {
    const day = (n: number, topic: string) => about(between(`${n}T00:00`, `${n}T23:59`), topic);
    expect(day(28, 'deepseek').length).toBeGreaterThan(day(22, 'deepseek').length * 5);
    expect(day(28, 'doubao').length).toBeLessThan(day(20, 'doubao').length * 0.5);
    expect(intendedMood(day(27, 'ernie'), 'ernie')).toBeLessThan(-0.4);
    expect(intendedMood(day(22, 'nvidia'), 'nvidia')).toBeGreaterThan(0);
    expect(intendedMood(day(27, 'nvidia'), 'nvidia')).toBeLessThan(-0.3);
  });

  test('reposts point at posts of the week that came before them', () => {
    const times = new Map(week.map(({ post }) => [post.id, post.createdAt]));
    const reposts = week.filter(({ post }) => post.repostOf !== undefined);
    expect(reposts.length).toBeGreaterThan(5_000);
    for (const { post } of reposts) {
      expect(times.get(post.repostOf?.id ?? '')).toBeLessThan(post.createdAt);
    }
  });

  test('notes lie in the week, in order, and name shipped topics in two languages', () => {
    const ids = new Set(defaultTopics().map((topic) => topic.id));
    const times = DEMO_EVENTS.map((event) => event.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((at) => at >= DEMO.from && at < DEMO.to)).toBe(true);
    expect(DEMO_EVENTS.every((event) => event.topic === undefined || ids.has(event.topic))).toBe(
      true,
    );
    expect(DEMO_EVENTS.every((event) => event.zh !== '' && event.en !== '')).toBe(true);
  });

  test('every day of every storyline has its figure', () => {
    expect(STORYLINES.filter((line) => line.perDay.length !== 9)).toEqual([]);
  });
});

describe('grammar', () => {
  test('chooses, nests and looks words up', () => {
    const compile = grammarOf({ a: ['甲', '{乙|丙}'] });
    const pattern = compile('<a>{|{x|y}z}');
    const made = new Set(Array.from({ length: 300 }, (_, seed) => pattern(randomFrom(seed))));
    expect([...made].toSorted()).toEqual(
      ['丙', '丙xz', '丙yz', '乙', '乙xz', '乙yz', '甲', '甲xz', '甲yz'].toSorted(),
    );
  });

  test.each(['{a|b', '<a', '<unknown>'])('%s is refused', (pattern) => {
    expect(() => grammarOf({})(pattern)(randomFrom(1))).toThrow(/pattern|vocabulary/);
  });
});

test('random numbers have the means they promise', () => {
  const random = randomFrom(7);
  const mean = (draw: () => number) =>
    Array.from({ length: 20_000 }, draw).reduce((sum, x) => sum + x, 0) / 20_000;
  expect(mean(() => poisson(random, 3))).toBeCloseTo(3, 1);
  expect(mean(() => poisson(random, 80)) / 80).toBeCloseTo(1, 2);
  expect(mean(() => weightedIndex(random, [1, 0, 3]))).toBeCloseTo(1.5, 1);
});
