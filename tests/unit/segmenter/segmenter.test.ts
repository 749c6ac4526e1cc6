import fc from 'fast-check';
import nodejieba from 'nodejieba';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoPostsBetween } from '#shared/demo/generate.ts';
import { DEMO } from '#shared/demo/story.ts';
import { normalise } from '#shared/post/normalise.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import { createCutter, type Cutter } from '#worker/segmenter-cut.ts';
import { buildDictionary } from '#worker/segmenter-dictionary.ts';
import {
  contentWords,
  createSegmenter,
  findDictionaries,
  tokensOf,
  type CheckedSegmenter,
} from '#worker/segmenter.ts';
import { dataFolder } from '../../support/requirements.ts';

const DATA = dataFolder ?? '../shared/data';
const REAL_POSTS = path.join(DATA, 'unlabelled/covid_weibo_3days_2020.csv.gz');
const NAUGHTY = path.join(DATA, 'hostile/naughty-strings.json');

const HOSTILE = [
  '',
  ' ',
  '\n\t ，。',
  '\u0000',
  '深\u0000度',
  '\ud83d',
  'a\ud83db\udc00x',
  '\u202e反过来\u202c',
  '👩‍👩‍👧‍👦🏳️‍🌈🇨🇳好吃👍👍的',
  '𠮷野家𠮷𠮷',
  `e${'\u0301'.repeat(500)}`,
  '﷽'.repeat(50),
  '好'.repeat(3_000),
  '小'.repeat(501),
  '的'.repeat(501),
  'a'.repeat(10_000),
  '1.2.3..4 3.14abc a1b2C3 1a 1.a .1',
  'C++和c#，B超 AT&T b超；AT&T',
  '他来到了网易杭研大厦',
  '我是拖拉机学院手扶拖拉机专业的。不用多久，我就会升职加薪',
  '@成小小小双 一起加入', // two paths whose weights are the same up to the last bit
  '한국어 日本語テキスト ру́сский ελληνικά עברית',
  'ｆｕｌｌ ｗｉｄｔｈ １２３',
];

/** Aliases of every kind: of the dictionary, beginnings of its words, new characters, across separators, beyond the BMP. */
const ALIASES = [
  '深度求索',
  'DeepSeek',
  'deepseek-r1',
  'gpt-4o',
  '文心一言',
  '中国',
  '中华人民共',
  '好',
  '小双',
  '元宝。派',
  '👍👍',
  '𠮷野家',
  'ру́сский',
  '的的',
  'ﷺ',
];

let cutter: Cutter;
beforeAll(() => {
  nodejieba.load();
  cutter = createCutter(buildDictionary(findDictionaries()));
});

/** Texts whose tokens differ from nodejieba's. */
const different = (texts: Iterable<string>): string[] =>
  [...texts].filter((text) => {
    const expected = nodejieba.cut(text, true);
    const found = tokensOf(text, cutter);
    return found.length !== expected.length || found.some((token, at) => token !== expected[at]);
  });

function* demoTexts(): Iterable<string> {
  let n = 0;
  for (const post of demoPostsBetween(DEMO.from, DEMO.to)) {
    if (n++ >= 4_000) return;
    yield post.text;
    yield normalise(post.text).text;
  }
}

/** Pieces that meet at word edges: common characters, separators, ASCII of each kind, pairs of units, unknown scripts. */
const piece = fc.constantFrom(
  ...'的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感',
  ...' ，。,.!！?？\n\t',
  ...'abzAZ019',
  ...'ёあ한éß',
  '👍',
  '𠮷',
  '深度求索',
  '中华人民共和国',
  '小小',
  'deepseek',
);

describe('the fast segmenter gives the very tokens of nodejieba.cut(text, true)', () => {
  test('on sentences of the demo', () => {
    expect(different(demoTexts())).toEqual([]);
  });

  test('on hostile strings', () => {
    const naughty = existsSync(NAUGHTY)
      ? (JSON.parse(readFileSync(NAUGHTY, 'utf8')) as string[])
      : [];
    expect(different([...HOSTILE, ...naughty])).toEqual([]);
  });

  test('on any mixture of characters', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(different([pieces.join('')])).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.skipIf(!existsSync(REAL_POSTS))(`on real Weibo posts (needs ${REAL_POSTS})`, () => {
    const lines = gunzipSync(readFileSync(REAL_POSTS))
      .toString('utf8')
      .split('\n')
      .slice(0, 10_000);
    expect(different(lines.map((line) => normalise(line).text))).toEqual([]);
  });

  test('with words inserted at run time', () => {
    for (const alias of ALIASES) {
      nodejieba.insertWord(alias);
      cutter.insert(alias);
    }
    const sentences = ALIASES.map(
      (alias) => `我用${alias}的时候${alias}${alias}好像不太行，${alias}。`,
    );
    expect(different([...sentences, ...HOSTILE, ...demoTexts()])).toEqual([]);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.constantFrom(...ALIASES)), { maxLength: 40 }),
        (pieces) => {
          expect(different([pieces.join('')])).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('content words', () => {
  const stopWords = new Set(['我们', '这个']);
  let segmenter: CheckedSegmenter;
  beforeAll(() => {
    segmenter = createSegmenter(stopWords, { compareEvery: 10 });
  });

  test('of two characters and more, each once, without stop words, marks and numbers', () => {
    expect(segmenter.words('我们觉得这个网易杭研的手机 2025 !! 手机 k1 不错')).toEqual([
      '觉得',
      '网易',
      '杭研',
      '手机',
      'k1',
      '不错',
    ]);
  });

  test('are those of nodejieba’s tokens, in their order', () => {
    for (const text of [...demoTexts(), ...HOSTILE])
      expect(segmenter.words(text)).toEqual(contentWords(nodejieba.cut(text, true), stopWords));
  });

  test('know topics by name once they are learned', () => {
    const topic = topicSchema.parse({ id: 't', name: '豆瓣酱油厂', aliases: ['Weimai-X1'] });
    segmenter.learn([topic]);
    expect(segmenter.words('豆瓣酱油厂发布weimai-x1')).toEqual(['豆瓣酱油厂', '发布', 'weimai-x1']);
  });

  test('are compared with nodejieba for a sample of the texts', () => {
    segmenter.takeCounts();
    for (let text = 0; text < 100; text++) segmenter.words(`第${text}条微博说天气不错`);
    expect(segmenter.takeCounts()).toEqual({ compared: 10, different: 0 });
    expect(segmenter.takeCounts()).toEqual({ compared: 0, different: 0 });
  });

  test('of a text longer than the fast one takes come from nodejieba', () => {
    expect(segmenter.words('天气不错，'.repeat(6_000))).toEqual(['天气', '不错']);
  });

  test('are nodejieba’s where the two differ; when they differ often it does all the work', () => {
    const checked = createSegmenter(stopWords, { compareEvery: 1 });
    nodejieba.insertWord('甲乙丙丁戊'); // behind the fast one's back
    for (let text = 0; text < 20; text++)
      expect(checked.words(`甲乙丙丁戊第${text}次`)).toContain('甲乙丙丁戊');
    expect(checked.takeCounts()).toEqual({ compared: 20, different: 20 });
    expect(checked.words('甲乙丙丁戊又一次')).toContain('甲乙丙丁戊');
    expect(checked.takeCounts()).toEqual({ compared: 0, different: 0 });
  });
});
