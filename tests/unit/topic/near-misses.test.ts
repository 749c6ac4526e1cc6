import { describe, expect, test } from 'vitest';
import { createNearMisses } from '#shared/topic/near-misses.ts';
import { topicSchema, type TopicInput } from '#shared/topic/topic.ts';

function nearTo(topic: Omit<TopicInput, 'id'>, ...texts: string[]): string[] {
  const near = createNearMisses(topicSchema.parse({ id: 't', ...topic }));
  for (const text of [...texts, ...texts]) near.look(text);
  return near.top(8).map((miss) => miss.phrase);
}
const deepseek = { name: 'DeepSeek', aliases: ['深度求索'], exclude: ['深度睡眠'] };

describe('near misses of a topic', () => {
  test.each([
    ['a letter left out', '今天deepsek又崩了', ['deepsek']],
    ['a letter too many', 'Deepseeek 真香', ['deepseeek']],
    ['another letter', '用 DEEPSEAK 写的', ['deepseak']],
    ['full width', 'ｄｅｅｐｓｅｋ也有人写', ['deepsek']],
    ['parted by a space', '试了试 deep seek，好用', ['deep seek']],
    ['parted by a hyphen', 'Deep-Seek 服务器繁忙', ['deep-seek']],
    ['the first and the last letter', 'eepseek 和 deepsee', ['eepseek', 'deepsee']],
    ['Chinese with the same beginning', '深度思考怎么关', ['深度思考']],
    ['two letters away', 'deepsk 和 depsek', []],
    ['part of a longer word', 'deepseekers 与 xdeepsekx', []],
    ['beside digits', 'deepsek2 9deepsek', []],
    ['two other words', 'deep learning, seek help', []],
    ['in an address', '见 https://deepsek.com/deep 和 @deepsek', []],
    ['what is excluded', '深度睡眠很重要', []],
    ['too short', '深度', []],
  ])('%s', (_, text, expected) => {
    expect(nearTo(deepseek, text)).toEqual(expected);
  });

  test('short Latin and two-character names have none', () => {
    expect(nearTo({ name: 'Kimi', aliases: ['百度'] }, 'Mimi 和 Kim', '百万的角度')).toEqual([]);
  });

  test('the spaced spelling of an alias finds the same slips', () => {
    expect(nearTo({ name: '话题', aliases: ['deep seek'] }, '用deepsek写')).toEqual(['deepsek']);
  });

  test('the halves of a name are names', () => {
    expect(nearTo({ name: 'ChatGPT / OpenAI' }, 'Chatgbt 与 OpanAI')).toEqual([
      'chatgbt',
      'opanai',
    ]);
  });

  test('a spelling counts once a post, and only from two posts on', () => {
    const near = createNearMisses(topicSchema.parse({ id: 't', ...deepseek }));
    near.look('deepsek deepsek deepsek');
    expect(near.top(8)).toEqual([]);
    near.look('还是deepsek');
    near.look('deepseak');
    expect(near.top(8)).toEqual([{ phrase: 'deepsek', posts: 2 }]);
  });
});
