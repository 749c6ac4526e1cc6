/**
 * A report over a day of a million posts, and its export: time and memory.
 *   npm run bench -- report        (BENCH_POSTS=1000000 BENCH_KEEP=1)
 * Makes a store of its own under /tmp; posts are written by SQL, buckets by the program's own rebuild.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '#shared/node/postgres/embedded.ts';
import { migrate } from '#shared/node/postgres/migrate.ts';
import { createPartitionKeeper } from '#shared/node/postgres/partitions.ts';
import { type Db, createPool, inTransaction } from '#shared/node/postgres/pool.ts';
import { exportPosts } from '#shared/node/render/export.ts';
import { REPORT_FORMATS } from '#shared/node/render/formats.ts';
import { renderReport } from '#shared/node/render/render-report.ts';
import { createReportSource } from '#shared/node/store/report-source.ts';
import { createStore } from '#shared/node/store/store.ts';
import { createZone } from '#shared/node/zone.ts';
import { buildReport } from '#shared/report/build-report.ts';
import { daySpan } from '#shared/report/zone.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';

const POSTS = Number(process.env.BENCH_POSTS ?? 1_000_000);
/** The store is left for the next run where BENCH_KEEP=1. */
const KEEP = process.env.BENCH_KEEP === '1';
const HOME = path.join(os.tmpdir(), `weimai-bench-report-${POSTS}`);
const ZONE = 'Asia/Shanghai';
const DAY = daySpan('2025-01-27', ZONE);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Fills the store where it is not there yet, then measures in a process of its own, whose memory is the figure. */
export async function bench(): Promise<void> {
  const fresh = !existsSync(HOME);
  const postgres = await startEmbeddedPostgres({ dataDir: `${HOME}/postgres` });
  const db = createPool({
    url: postgres.url,
    name: 'bench',
    onError: (error) => say(error.message),
  });
  try {
    if (fresh) {
      await migrate(db, { queue: false });
      await fillStore(
        db,
        createStore(db, createZone(ZONE), { zoneName: ZONE, keyFile: `${HOME}/key` }),
      );
    }
    const child = fork(fileURLToPath(import.meta.url), [], {
      env: { ...process.env, BENCH_MEASURE: postgres.url },
    });
    await new Promise((resolve) => child.once('exit', resolve));
  } finally {
    await db.end();
    await postgres.stop();
    if (!KEEP) rmSync(HOME, { recursive: true, force: true });
  }
}

async function fillStore(db: Db, store: ReturnType<typeof createStore>): Promise<void> {
  const began = performance.now();
  const topics = [];
  for (const [index, id] of ['deepseek', 'nvidia', 'chatgpt', 'ernie', 'kimi'].entries()) {
    topics.push(
      await store.topics.create({
        id,
        name: id,
        aliases: [id],
        exclude: [],
        query: '',
        color: index,
      }),
    );
  }
  await createPartitionKeeper(db)([DAY.from - 24 * HOUR_MS, DAY.from, DAY.to - 1]);
  const before = Math.round(POSTS / 4);
  const spans = [
    { from: DAY.from - 24 * HOUR_MS, n: before, first: 0 },
    { from: DAY.from, n: POSTS, first: before },
  ];
  for (const { from, n, first } of spans) {
    await db.query(
      `insert into posts (pid, created_at, received_at, source, id, text, author, author_id, author_name, followers, region, reposts, comments, likes,
         root, words, score, label, repost, topics)
       select $3 + i, $1 + (i::bigint * 86400000 / $2), $1 + (i::bigint * 86400000 / $2) + 900 + 500000 * (i % 37 = 0)::int,
         (array['weibo','weibo','weibo','zhihu','douyin'])[1 + i % 5], ($3 + i)::text,
         '第' || i || '条：服务器繁忙，请稍后再试，训练成本只有零头，国产之光 ' || md5(i::text),
         hashint4(i % 400003), (i % 400003)::text, '用户' || (i % 400003), i % 10007,
         (array['北京','浙江','广东','上海','四川','湖北',null])[1 + i % 7], (i::bigint * 7919) % 1009, i % 53, (i * 31) % 4001,
         case when i % 9 = 0 then i % 211 else 1000000 + $3 + i end,
         '服务器 繁忙 训练 成本 零头 词' || (i % 5003) || ' 词' || (i % 307) || ' 国产 之光',
         case i % 3 when 0 then 600 when 1 then 0 else -600 end, 1 - i % 3, 0,
         case when i % 10 = 0 then array[1 + i % 5, 1 + (i + 1) % 5] else array[1 + i % 5] end
       from generate_series(0, $2 - 1) as i`,
      [from, n, first],
    );
  }
  await db.query(
    `insert into mentions (topic, created_at, pid, label, score, author, root, repost, late, demo, evidence)
     select t, created_at, pid, label, score, author, root, false, received_at - created_at > 600000, false, '[]' from posts, unnest(topics) as t`,
  );
  await db.query(
    `insert into source_minutes (source, at, n, matched) select source, created_at / 60000 * 60000, count(*), count(*) from posts group by 1, 2`,
  );
  await db.query(
    `insert into batches (id, at, received_at, posts, counted, duplicate, dropped) select gen_random_uuid(), $1::bigint + i * 1000 + 400, $1::bigint + i * 1000, 500, 500, 0, 0 from generate_series(0, 86399) i`,
    [DAY.from],
  );
  for (const topic of topics)
    await inTransaction(db, (tx) =>
      store.history.rebuild(tx, topic, DAY.from - 24 * HOUR_MS, DAY.to),
    );
  await db.query('vacuum analyze');
  say(`filled in ${seconds(began)}`);
}

async function measure(url: string): Promise<void> {
  const db = createPool({ url, name: 'bench', onError: (error) => say(error.message) });
  const source = createReportSource(db);
  const memory = () => `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`;
  for (const topics of [['deepseek'], ['deepseek', 'nvidia', 'chatgpt', 'ernie', 'kimi']]) {
    const began = performance.now();
    const data = await source.load({ ...DAY, zone: ZONE, topics, period: 'day' });
    const loaded = seconds(began);
    const report = buildReport(data, {
      hash: (text) => createHash('sha256').update(text).digest('hex'),
    });
    say(`${topics.length} topics, ${report.kpis[0]?.value} mentions: facts in ${loaded}`);
    for (const format of REPORT_FORMATS) {
      const started = performance.now();
      const { body } = await renderReport(report, { format, lang: 'zh' });
      say(`  ${format.padEnd(4)} ${seconds(started)}  ${Math.round(body.length / 1024)} kB`);
    }
    say(`  report in all six formats: ${seconds(began)}; ${memory()}`);
  }
  for (const format of ['ndjson', 'csv', 'xlsx'] as const) {
    const began = performance.now();
    let bytes = 0;
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        bytes += chunk.length;
        done();
      },
    });
    await pipeline(exportPosts(db, DAY, { format, zone: ZONE }).body, sink);
    say(
      `export of ${POSTS} posts as ${format}: ${seconds(began)}, ${Math.round(bytes / 1e6)} MB; ${memory()}`,
    );
  }
  await db.end();
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}

if (process.env.BENCH_MEASURE !== undefined) await measure(process.env.BENCH_MEASURE);
