import { createEngine, loadEngineParts } from '#shared/node/engine.ts';
import { normalise } from '#shared/post/normalise.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { createMatcher } from '#shared/topic/matcher.ts';
import { topicSchema, type Topic } from '#shared/topic/topic.ts';

/** CPU time of one measured round, ms; the compiler settles within the first three, which do not count. */
const ROUND = 1_000;
const ROUNDS = 5;
const WARM_UP = 3;
/** About the length of a Weibo post; five topics in each. */
const PARTS = [
  '今天试了一下{0}，比{1}好用多了',
  '{2}又打不开了，服了[怒]',
  '都说{3}不错，我用着也就那样',
  '希望{4}早点出语音功能',
  '以前觉得{0}不行，现在真香',
  '{1}和{2}哪个好用啊？',
];

/** Posts per second of CPU: normalisation alone, with matching, whole scoring at 10 to 10,000 topics, nodejieba alone. */
export async function bench(): Promise<void> {
  const parts = await loadEngineParts();
  const base = defaultTopics();
  const posts = manyPosts(base);
  const lines = [['normalise', rate(posts, (text) => normalise(text).text.length)] as const];
  const results: (readonly [string, number])[] = [...lines];
  for (const count of [10, 1_000, 10_000]) {
    const topics = manyTopics(base, count);
    const matcher = createMatcher(topics);
    results.push([
      `match, ${count} topics`,
      rate(posts, (text) => matcher.match(normalise(text)).length),
    ]);
    const { scorer } = createEngine(parts, topics);
    results.push([
      `score five topics, ${count} topics`,
      rate(posts, (text) => scorer.score(text).topics.length),
    ]);
  }
  const nodejieba = await import('nodejieba');
  results.push([
    'nodejieba.cut(text, true) alone',
    rate(posts, (text) => nodejieba.default.cut(text, true).length),
  ]);
  const reference = results.at(-1)?.[1] ?? 1;
  for (const [name, perSecond] of results) {
    process.stdout.write(
      `${name.padEnd(36)}${Math.round(perSecond).toLocaleString('en').padStart(12)} posts/s  ${(perSecond / reference).toFixed(1).padStart(6)} x nodejieba\n`,
    );
  }
}

function manyPosts(topics: readonly Topic[]): string[] {
  const names = topics.flatMap((topic) => topic.aliases.slice(0, 3));
  return Array.from({ length: 2_000 }, (_, k) => {
    const text = [0, 1, 2].map((i) => PARTS[(k + i * 7) % PARTS.length] ?? '').join('，');
    return (
      text.replaceAll(
        /\{(\d)\}/g,
        (_m, i: string) => names[(k * 5 + Number(i) * 3) % names.length] ?? '',
      ) + `${k}`
    );
  });
}

function manyTopics(base: readonly Topic[], count: number): Topic[] {
  const extra = Array.from({ length: Math.max(0, count - base.length) }, (_, k) =>
    topicSchema.parse({
      id: `t${k}`,
      name: `品牌${String.fromCodePoint(0x4e00 + (k % 20_000))}${String.fromCodePoint(0x4e00 + ((k * 37) % 20_000))}`,
    }),
  );
  return [...base, ...extra].slice(0, count);
}

/** Median of rounds, CPU time. */
function rate(posts: readonly string[], run: (text: string) => number): number {
  const rates: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const start = process.cpuUsage();
    let done = 0;
    let used = 0;
    do {
      for (const post of posts) run(post);
      done += posts.length;
      const spent = process.cpuUsage(start);
      used = (spent.user + spent.system) / 1000;
    } while (used < ROUND);
    if (round >= WARM_UP) rates.push((done * 1000) / used);
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}
