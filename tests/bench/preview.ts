/**
 * The preview of a topic over 100,000 stored posts, as the topic editor asks for it, on the built server.
 *   npm run bench -- preview       (BENCH_POSTS=100000 BENCH_ROUNDS=9)
 * The specification allows one second. Beside it: how long the server's answers to others waited meanwhile.
 */
import { createPartitionKeeper } from '#shared/node/postgres/partitions.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';
import type { TopicPreview } from '#shared/wire/api.ts';
import { startRunning } from './running.ts';
import type { BenchStore } from './stores.ts';
import { benchTexts } from './texts.ts';

const POSTS = Number(process.env.BENCH_POSTS ?? 100_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const HOURS = 24;

/** One name in many posts; many names, Latin ones too; a query with exclusions; nothing that occurs. */
const DRAFTS = [
  { name: '钟南山', aliases: ['钟院士', '南山院士'] },
  {
    name: 'DeepSeek',
    aliases: [
      'deep seek',
      '深度求索',
      'DeepSeek-R1',
      'R1',
      'DS',
      '豆包',
      'Kimi 智能助手',
      'OpenAI',
    ],
    exclude: ['深度思考', 'DS游戏机'],
  },
  { name: '口罩', query: '口罩 AND (涨价 OR 买不到) AND NOT 抽奖', exclude: ['口罩男'] },
  { name: '魑魅魍魉' },
];

export async function bench(): Promise<string[]> {
  const running = await startRunning('postgres', 0);
  try {
    const name = await fillStore(running.bench);
    const rows = [`topic preview over ${POSTS} ${name}, median of ${ROUNDS} (worst)`];
    for (const draft of DRAFTS) rows.push(await measure(running.url, draft));
    return rows;
  } finally {
    await running.stop();
  }
}

async function measure(url: string, draft: (typeof DRAFTS)[number]): Promise<string> {
  const took: number[] = [];
  const waited: number[] = [];
  let answer = await preview(url, draft);
  for (let round = 0; round < ROUNDS; round++) {
    const others = watchOthers(url);
    const began = performance.now();
    answer = await preview(url, draft);
    took.push(performance.now() - began);
    waited.push(await others.stop());
  }
  const ms = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return `${Math.round(sorted[sorted.length >> 1] ?? 0)} ms (${Math.round(sorted.at(-1) ?? 0)})`;
  };
  return `  ${draft.name.padEnd(10)} ${ms(took)}; slowest other answer meanwhile ${ms(waited)}; ${answer.matched} of ${answer.scanned} posts match, near: ${answer.nearMisses.map((miss) => `${miss.phrase} ${miss.posts}`).join(', ') || 'none'}`;
}

async function preview(url: string, draft: object): Promise<TopicPreview> {
  const response = await fetch(`${url}/api/v1/topics/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...draft, hours: HOURS }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as TopicPreview;
}

/** Asks for the smallest page again and again; the longest wait is how long the server did nothing else. */
function watchOthers(url: string): { stop(): Promise<number> } {
  let going = true;
  const slowest = (async () => {
    let most = 0;
    while (going) {
      const began = performance.now();
      await (await fetch(`${url}/livez`)).arrayBuffer();
      most = Math.max(most, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return most;
  })();
  return {
    stop() {
      going = false;
      return slowest;
    },
  };
}

/** Real texts, spread over the hours before now; each text again with another ending until there are enough. */
async function fillStore({ store }: BenchStore): Promise<string> {
  const { texts, name } = benchTexts();
  const to = Date.now();
  const from = to - (HOURS - 1) * HOUR_MS;
  await createPartitionKeeper(store.db)([from, to]);
  const step = 5_000;
  for (let first = 0; first < POSTS; first += step) {
    const numbers = Array.from({ length: Math.min(step, POSTS - first) }, (_, i) => first + i);
    await store.db.query(
      `insert into posts (pid, created_at, received_at, source, id, text, author, root, topics)
       select n, $1 + n * ($2::bigint - $1) / $3, $2, 'bench', n::text, body, n, n, case when n % 3 = 0 then array[1 + n % 7] else '{}' end
       from unnest($4::int[], $5::text[]) as p (n, body)`,
      [
        from,
        to,
        POSTS,
        numbers,
        numbers.map((n) => {
          const again = Math.floor(n / texts.length);
          return `${texts[n % texts.length]}${again === 0 ? '' : `（${again}）`}`;
        }),
      ],
    );
  }
  await store.db.query('vacuum analyze posts');
  return name;
}
