import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliIo, Command } from '#server/cli/command.ts';
import { command as scoreCommand } from '#server/cli/score.ts';
import { command as exportCommand } from '#server/cli/export.ts';
import { command as topicsCommand } from '#server/cli/topics.ts';
import { command as trainCommand } from '#server/cli/train.ts';
import type { MoodLabel } from '#shared/mood/mood.ts';
import { createEngine, loadEngineParts, type EngineParts } from '#shared/node/engine.ts';
import { readLabelled } from '#shared/node/training/read-labelled.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import { analysePost } from '#worker/analyser.ts';
import { createAnalysis } from '#worker/analysis.ts';
import { startInProcess, type InProcessServer } from '../support/in-process.ts';
import { waitFor } from '../support/wait.ts';

const segmenter = { words: () => [], learn: () => undefined };
const home = mkdtempSync(path.join(os.tmpdir(), 'weimai-learn-'));
let server: InProcessServer;
let parts: EngineParts;
beforeAll(async () => {
  server = await startInProcess();
  parts = await loadEngineParts();
});
afterAll(async () => {
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

/** Posts about `name` from hearty praise to anger, many of them in between; none said twice. */
function textsAbout(name: string): string[] {
  const moods = ['太好用了，超级喜欢', '还不错', '还行', '挺好的', '可以用', '今天发布了新版本', '在哪里下载']; // prettier-ignore
  const more = [
    '有点贵',
    '太差了，气死我了',
    '比较满意',
    '值得一试',
    '一般般',
    '体验尚可',
    '很失望',
  ];
  const ends = [
    '早上试的',
    '同事也在用',
    '晚上再看',
    '刚刚更新',
    '用了三天',
    '在公司',
    '朋友推荐',
    '周末再说',
  ];
  return [...moods, ...more].flatMap((mood) => ends.map((end) => `${name}${mood}，${end}`));
}

interface Said {
  ref: string;
  text: string;
  score: number;
  label: MoodLabel;
}

/** A topic with counted posts, and what our scorer said of each. */
async function seed(id: string, name: string): Promise<Said[]> {
  const topic = await server.store.topics.create(topicSchema.parse({ id, name }));
  const engine = createEngine(parts, [topic]);
  const posts = textsAbout(name).map((text, k) =>
    analysePost(
      { source: 'test', id: `${id}-${k}`, text, createdAt: Date.now() - k },
      engine,
      segmenter,
      new Map([[id, topic]]),
    ),
  );
  await server.store.posts.saveBatch({
    batchId: randomUUID(),
    receivedAt: Date.now(),
    posts,
    dropped: [],
  });
  const { items } = await get<{
    items: { ref: string; text: string; mentions: { score: number; label: MoodLabel }[] }[];
  }>(`/posts?topic=${id}&limit=200`);
  expect(items).toHaveLength(posts.length);
  return items.map(({ ref, text, mentions: [mention] }) => ({ ref, text, ...mention! }));
}

async function get<T>(route: string): Promise<T> {
  const response = await server.send('GET', `/api/v1${route}`);
  expect(response.status, route).toBe(200);
  return response.json() as Promise<T>;
}

async function review(topic: string, said: readonly Said[], truth: (said: Said) => MoodLabel) {
  for (const entry of said) {
    const route = `/api/v1/posts/${entry.ref}/labels/${topic}`;
    const { status } = await server.send('PUT', route, { label: truth(entry), reason: '' });
    expect(status).toBe(200);
  }
}

async function learn(topic: string): Promise<Record<string, never>> {
  const response = await server.send('POST', `/api/v1/topics/${topic}/learn`);
  expect(response.status).toBe(200);
  return response.json() as never;
}

/** A command of the program on the test's database; what it wrote to standard output. */
async function weimai(command: Command, args: string[], input = ''): Promise<string> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io: CliIo = {
    stdin: Readable.from([input]),
    stdout,
    stderr,
    env: { DATABASE_URL: server.database.url, WEIMAI_HOME: home },
    signal: new AbortController().signal,
  };
  const [out, error] = [readAll(stdout), readAll(stderr)];
  const code = await command.run(args, io);
  stdout.end();
  stderr.end();
  expect(code, await error).toBe(0);
  return out;
}

describe('a topic learns from its corrections', () => {
  let said: Said[];
  /** People take the milder half of the praise of this topic for no opinion; of everything else they think as we do. */
  let border: number;
  const isMild = ({ score, label }: Said): boolean => label === 'positive' && score <= border;

  test('and has no model before', async () => {
    said = await seed('jia', '话题甲');
    const praise = said.filter(({ label }) => label === 'positive').map(({ score }) => score);
    border = praise.sort((a, b) => a - b)[Math.floor(praise.length / 2)] as number;
    expect(said.filter(isMild).length).toBeGreaterThan(20);
    expect(await get('/topics/jia/model')).toMatchObject({
      model: null,
      reason: 'never-learnt',
      needed: { labels: 60 },
    });
    expect(await learn('jia')).toMatchObject({ model: null, reason: 'too-few-labels', labels: 0 });
  });

  test('the accuracy card says how often people agreed', async () => {
    await review('jia', said, (entry) => (isMild(entry) ? 'neutral' : entry.label));
    const mild = said.filter(isMild).length;
    const positive = said.filter(({ label }) => label === 'positive').length;
    const card = await get<{ labels: unknown[]; confusion: unknown[] }>('/accuracy?topic=jia');
    expect(card).toMatchObject({
      topic: 'jia',
      n: said.length,
      agreed: said.length - mild,
      accuracy: { share: expect.closeTo(1 - mild / said.length, 3) },
    });
    expect(card.confusion).toContainEqual({ machine: 'positive', person: 'neutral', n: mild });
    expect(card.labels).toContainEqual(
      expect.objectContaining({
        label: 'positive',
        machine: positive,
        person: positive - mild,
        precision: expect.closeTo(1 - mild / positive, 3),
        recall: 1,
      }),
    );
    expect(await get('/accuracy')).toMatchObject({ topic: null, n: said.length });
  });

  test('a confirmed label keeps its score', async () => {
    const sure = said.find((entry) => entry.label === 'positive' && !isMild(entry)) as Said;
    const { mentions } = await get<{ mentions: { score: number; corrected: unknown }[] }>(
      `/posts/${sure.ref}`,
    );
    expect(mentions[0]).toMatchObject({ score: sure.score, corrected: { from: 'positive' } });
  });

  test('the model is adopted with its measured gain, and worker, API and CLI score alike with it', async () => {
    const analysis = await createAnalysis({ topics: server.store.topics, parts, segmenter });
    const mild = said.filter(isMild).sort((a, b) => a.score - b.score)[0] as Said;
    const report = await learn('jia');
    expect(report).toMatchObject({ reason: 'adopted', labels: said.length });
    expect(report['gain']).toBeGreaterThan(0);
    expect(await get('/topics/jia/model')).toMatchObject(report);

    const response = await server.send('POST', '/api/v1/score', { text: mild.text });
    const { topics } = (await response.json()) as {
      topics: {
        topic: string;
        score: number;
        label: string;
        evidence: { effect: number; rule: string }[];
      }[];
    };
    const mine = topics.find(({ topic }) => topic === 'jia')!;
    expect(mine.label).toBe('neutral');
    expect(mine.evidence.map(({ rule }) => rule)).toContain('topic-model');
    expect(mine.evidence.reduce((sum, { effect }) => sum + effect, 0)).toBeCloseTo(mine.score, 6);

    const post = { source: 'test', id: 'again', text: mild.text, createdAt: Date.now() };
    await waitFor('the worker to take the model', async () => {
      const counted = (await analysis.current())(post);
      const found = counted.mentions.find(({ topicId }) => topicId === 'jia');
      return found?.score === Math.round(mine.score * 1000);
    });

    const file = path.join(home, 'topics.json');
    writeFileSync(file, await weimai(topicsCommand, ['ls', '--json']));
    const line = JSON.stringify({ id: 1, text: mild.text });
    const scored = JSON.parse(await weimai(scoreCommand, ['--topics', file], line)) as {
      topics: { topic: string; score: number }[];
    };
    expect(scored.topics.find(({ topic }) => topic === 'jia')?.score).toBe(mine.score);
  });

  test('an edit keeps the model; taking it back brings the old score', async () => {
    const changed = await server.send('PATCH', '/api/v1/topics/jia', { aliases: ['甲品'] });
    expect(changed.status).toBe(200);
    expect(await server.store.topics.get('jia')).toHaveProperty('model');
    const before = await server.store.topics.revision();
    expect((await server.send('DELETE', '/api/v1/topics/jia/model')).status).toBe(204);
    expect(await server.store.topics.revision()).toBeGreaterThan(before);
    expect(await server.store.topics.get('jia')).not.toHaveProperty('model');
    expect(await get('/topics/jia/model')).toMatchObject({ model: null, reason: 'never-learnt' });
  });

  test('the command learns each topic and tells the gain', async () => {
    const lines = await weimai(topicsCommand, ['learn']);
    expect(lines).toMatch(/^jia\tadopted\t\d+\t.*gain \d/m);
    expect(lines).toMatch(/^deepseek\ttoo-few-labels\t0\t/m);
  });
});

describe('a topic does not learn', () => {
  test('from mistakes alone: what a model would break cannot be seen', async () => {
    const said = await seed('yi', '话题乙');
    const other = (label: MoodLabel): MoodLabel => (label === 'neutral' ? 'negative' : 'neutral');
    await review('yi', said.slice(0, 90), ({ label }) => other(label));
    const revision = await server.store.topics.revision();
    expect(await learn('yi')).toMatchObject({
      model: null,
      reason: 'too-few-confirmed',
      confirmed: 0,
    });
    expect(await server.store.topics.revision()).toBe(revision);
  });

  test('where people agree with the scorer', async () => {
    const said = await seed('bing', '话题丙');
    await review('bing', said, ({ label }) => label);
    const learnt = await learn('bing');
    expect(learnt).toMatchObject({ model: null, reason: 'no-sure-gain' });
    expect(Number(learnt.gain)).toBeLessThanOrEqual(0);
  });
});

describe('corrections train the model for all', () => {
  test('API and command give the lines that weimai train reads', async () => {
    const response = await server.send('GET', '/api/v1/corrections?format=jsonl&topic=jia');
    expect(response.headers.get('content-type')).toContain('ndjson');
    const file = path.join(home, 'corrections.jsonl');
    const lines = await response.text();
    writeFileSync(file, lines);
    expect(await weimai(exportCommand, ['corrections', '--topic', 'jia'])).toBe(lines);
    const { rows, rejected } = await readLabelled(file);
    expect(rejected).toBe(0);
    expect(rows).toHaveLength(textsAbout('').length);
    expect(rows[0]).toMatchObject({ target: 'jia', label: expect.any(String) });

    const labelled = path.join(home, 'labelled.csv');
    const row = (k: number) => `第${k}次来店里，${k % 2 === 0 ? '满意' : '失望'},${k % 2 === 0 ? 'positive' : 'negative'}`; // prettier-ignore
    writeFileSync(labelled, `text,label\n${[...Array(60).keys()].map(row).join('\n')}\n`);
    const out = path.join(home, 'model.bin');
    const args = [labelled, '--corrections', file, '-o', out];
    expect(JSON.parse(await weimai(trainCommand, args))).toMatchObject({
      file: out,
      rows: 60 + rows.length,
    });
  });
});
