import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { demoPostsBetween } from '#shared/demo/generate.ts';
import { DEMO } from '#shared/demo/story.ts';
import { projectRoot } from '#shared/node/root.ts';
import type { Topic } from '#shared/topic/topic.ts';
import { topicSchema } from '#shared/topic/topic.ts';

/** Distinct posts to measure with, about half of which match `topics`: real ones where the data folder is there, else the demo's. */
export function benchTexts(): { name: string; texts: string[]; topics: Topic[] } {
  const folder = process.env.WEIMAI_DATA ?? path.resolve(projectRoot(), '../shared/data');
  const file = path.join(folder, 'unlabelled/covid_weibo_3days_2020.csv.gz');
  if (!existsSync(file)) {
    const texts = [...new Set([...demoPostsBetween(DEMO.from, DEMO.to)].map((post) => post.text))];
    return {
      name: 'demo posts',
      texts,
      topics: topicsOf([
        'DeepSeek',
        '梁文锋',
        'ChatGPT',
        'OpenAI',
        '文心一言',
        '百度',
        '豆包',
        '字节',
        '通义千问',
        '阿里',
        'Kimi',
        '月之暗面',
        '英伟达',
        'Nvidia',
        '芯片',
        '何恺明',
        '杨植麟',
        'R1',
        '华为',
        '小米',
      ]),
    };
  }
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split(/\r?\n/).slice(1);
  const texts = [
    ...new Set(
      lines
        .map((line) =>
          line
            .slice(line.indexOf(',') + 1)
            .replace(/^"|"$/g, '')
            .replaceAll('""', '"'),
        )
        .filter((text) => text.length > 3),
    ),
  ];
  return {
    name: 'real Weibo posts',
    texts,
    topics: topicsOf([
      '钟南山',
      '口罩',
      '李文亮',
      '双黄连',
      '雷神山',
      '火神山',
      '方舱',
      '红十字会',
      '韩红',
      '一线医护',
      '隔离',
      '返工',
      '开学',
      '蝙蝠',
      '世卫组织',
      '疫苗',
      '李兰娟',
      '杭州',
      '上海',
      '武汉',
    ]),
  };
}

const topicsOf = (names: string[]): Topic[] =>
  names.map((name, index) => topicSchema.parse({ id: `t${index}`, name }));

/** Further aliases that match nothing, to see what thousands of them cost. */
export function fillerTopics(aliases: number): Topic[] {
  const topics: Topic[] = [];
  for (let at = 0; at < aliases; at += 100) {
    topics.push(
      topicSchema.parse({
        id: `filler${at}`,
        name: `填充${at}号`,
        aliases: Array.from(
          { length: Math.min(99, aliases - at - 1) },
          (_, i) =>
            `占位${String.fromCodePoint(0x4e00 + ((at * 131 + i * 17) % 20_000))}词${at + i}`,
        ),
      }),
    );
  }
  return topics;
}
