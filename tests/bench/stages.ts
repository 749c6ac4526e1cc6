import { randomUUID } from 'node:crypto';
import nodejieba from 'nodejieba';
import { analysePost } from '#worker/analyser.ts';
import { createSegmenter } from '#worker/segmenter.ts';
import { createEngine, loadEngineParts } from '#shared/node/engine.ts';
import type { AnalysedPost } from '#shared/node/store/posts.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { parsePost } from '#shared/post/parse-post.ts';
import type { Post } from '#shared/post/post.ts';
import type { Topic } from '#shared/topic/topic.ts';
import { startBenchStore } from './stores.ts';
import { benchTexts, fillerTopics } from './texts.ts';

const ROUNDS = 5;
const POSTS = 10_000;

/** Median posts per CPU second over rounds, after one round of warming up. */
async function rate(n: number, work: () => Promise<void> | void): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    globalThis.gc?.();
    const before = process.cpuUsage();
    await work();
    const used = process.cpuUsage(before);
    if (round > 0) rates.push(n / ((used.user + used.system) / 1e6));
  }
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

/** CPU of `work` in units of `reference`, both in turn: a neighbour's load then weighs on both. Median of rounds. */
function ratio(work: () => void, reference: () => void): number {
  const cpu = (run: () => void): number => {
    const before = process.cpuUsage();
    run();
    const used = process.cpuUsage(before);
    return used.user + used.system;
  };
  const ratios = Array.from({ length: ROUNDS }, () => cpu(work) / cpu(reference));
  return ratios.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

/** Each stage alone, on one core: what limits the whole path. */
export async function bench(): Promise<void> {
  const { name, texts, topics } = benchTexts();
  const posts: Post[] = Array.from({ length: POSTS }, (_, i) => ({
    source: 'bench',
    id: `s${i}`,
    text: texts[i % texts.length] as string,
    createdAt: Date.now() - (i % 600) * 100,
    author: { id: `a${i % 3000}`, name: `用户${i % 3000}` },
  }));
  const wire = posts.map((post) =>
    JSON.stringify({ ...post, createdAt: new Date(post.createdAt).toISOString() }),
  );
  process.stdout.write(
    `\nStages alone, one core, ${POSTS} ${name} (mean ${Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length)} characters), median of ${ROUNDS}\n`,
  );
  const rows: [string, number][] = [];
  const show = (label: string, value: number): void => {
    rows.push([label, value]);
    process.stdout.write(
      `  ${label.padEnd(58)} ${Math.round(value).toLocaleString('en').padStart(10)} posts/s\n`,
    );
  };

  show(
    'JSON.parse',
    await rate(POSTS, () => {
      for (const line of wire) JSON.parse(line);
    }),
  );
  const now = Date.now();
  show(
    'JSON.parse + parsePost (hygiene, time, limits)',
    await rate(POSTS, () => {
      for (const line of wire) parsePost(JSON.parse(line), now);
    }),
  );

  const parts = await loadEngineParts();
  const segmenter = createSegmenter(new Set());
  const cutAll = (): void => {
    for (const post of posts) nodejieba.cut(post.text, true);
  };
  const cut = await rate(POSTS, cutAll);
  show('nodejieba.cut(text, true) alone, every post', cut);
  const words = await rate(POSTS, () => {
    for (const post of posts) segmenter.words(post.text);
  });
  show('content words of every post (our segmenter)', words);

  const stage = (list: Topic[]) => {
    const stored = new Map(
      list.map((topic, index): [string, StoredTopic] => [
        topic.id,
        { ...topic, key: index + 1, version: 1, createdAt: 0, updatedAt: 0 },
      ]),
    );
    const engine = createEngine(parts, list);
    segmenter.learn(list);
    return {
      stored,
      engine,
      run: () => {
        for (const post of posts) analysePost(post, engine, segmenter, stored);
      },
    };
  };
  const plain = stage(topics);
  const matched = posts.filter((post) => plain.engine.scorer.mentions(post.text)).length;
  show(
    `normalise + match + score, ${topics.length} topics, no segmentation`,
    await rate(POSTS, () => {
      for (const post of posts) plain.engine.scorer.analyse(post.text);
    }),
  );
  const text = await rate(POSTS, plain.run);
  show(`whole text stage (${Math.round((matched / POSTS) * 100)} % match and are segmented)`, text);
  process.stdout.write(
    `  → the text stage costs ${ratio(plain.run, cutAll).toFixed(2)} times nodejieba.cut alone (in turn)\n`,
  );
  const byAliases: number[] = [];
  for (const aliases of [10, 1_000, 10_000]) {
    const filled = stage([
      ...topics.slice(0, 10),
      ...(aliases > 10 ? fillerTopics(aliases - 10) : []),
    ]);
    const found = await rate(POSTS, filled.run);
    byAliases.push(found);
    show(`whole text stage with ${aliases} aliases`, found);
  }
  process.stdout.write(
    `  → 10,000 aliases keep ${((byAliases[2] ?? 0) / (byAliases[0] ?? 1)).toFixed(2)} of the rate of 10\n`,
  );

  const store = await startBenchStore();
  await store.store.topics.seed(topics);
  const keys = new Map((await store.store.topics.list()).map((topic) => [topic.id, topic]));
  const analysed: AnalysedPost[] = posts.map((post) =>
    analysePost(post, plain.engine, segmenter, keys),
  );
  let round = 0;
  const wall: number[] = [];
  for (; round < 4; round++) {
    const began = performance.now();
    for (let at = 0; at < POSTS; at += 500) {
      const batch = analysed
        .slice(at, at + 500)
        .map((entry) => ({ ...entry, post: { ...entry.post, id: `${entry.post.id}r${round}` } }));
      await store.store.posts.saveBatch({
        batchId: randomUUID(),
        receivedAt: Date.now(),
        posts: batch,
        dropped: [],
      });
    }
    wall.push(POSTS / ((performance.now() - began) / 1000));
  }
  show(
    'insert alone: saveBatch of 500, one connection (wall time)',
    wall.sort((a, b) => a - b)[2] ?? 0,
  );
  await store.stop();
}
