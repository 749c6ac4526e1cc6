import type { Family } from './storyline.ts';

type Manner = Readonly<{
  openings: readonly string[];
  ends: readonly string[];
  tails: readonly string[];
  emoticons: readonly string[];
  /** Shares of posts with an opening, a tail, an emoticon. */
  shares: Readonly<{ opening: number; tail: number; emoticon: number }>;
}>;

/** How people dress a sentence when they are pleased, angry, joking or just saying. */
export const MANNERS: Readonly<Record<Family['mood'], Manner>> = {
  warm: {
    openings: [
      '不得不说，',
      '真的，',
      '家人们，',
      '必须夸一句：',
      '刚刚，',
      '今日份快乐：',
      '来夸夸，',
      '讲真，',
    ],
    ends: ['！', '！', '！！', '～', '。', '', '', '！！！'],
    tails: ['爱了爱了', '真不错', '越想越开心', '今天心情都好了'],
    emoticons: [
      '[good]',
      '[赞]',
      '[鼓掌]',
      '[心]',
      '[哈哈]',
      '[太开心]',
      '[给力]',
      '[威武]',
      '👍',
      '🔥',
      '🎉',
      '💪',
      '❤️',
      '🥹',
      '[good][good][good]',
      '[鼓掌][鼓掌]',
      '😂',
    ],
    shares: { opening: 0.2, tail: 0.12, emoticon: 0.42 },
  },
  cold: {
    openings: [
      '无语，',
      '吐槽一下，',
      '说句实话，',
      '服了，',
      '救命，',
      '真的会谢，',
      '唉，',
      '谁懂，',
    ],
    ends: ['。', '……', '！', '', '', '…', '！！', '。。。'],
    tails: ['真的服了', '心累', '越想越气', '失望透顶', '不想说话'],
    emoticons: [
      '[怒]',
      '[允悲]',
      '[裂开]',
      '[抓狂]',
      '[泪]',
      '[失望]',
      '[苦涩]',
      '[衰]',
      '😭',
      '😡',
      '🙄',
      '💔',
      '[怒][怒]',
      '[允悲][允悲]',
      '😤',
    ],
    shares: { opening: 0.2, tail: 0.14, emoticon: 0.4 },
  },
  ironic: {
    openings: ['好家伙，', '懂了，', '破案了，'],
    ends: ['', '。', '', '～'],
    tails: ['哈哈哈哈哈', '绷不住了', '我先笑为敬', '高，实在是高', '谢谢，有被服务到'],
    emoticons: [
      '[doge]',
      '[二哈]',
      '[笑cry]',
      '[摊手]',
      '[吃瓜]',
      '[微笑]',
      '[doge][doge]',
      '🤡',
      '🙃',
      '👏',
    ],
    shares: { opening: 0.15, tail: 0.18, emoticon: 0.62 },
  },
  plain: {
    openings: ['话说，', '弱弱问一句，', '问个小白问题，'],
    ends: ['', '。', '', '。'],
    tails: [],
    emoticons: ['[思考]', '[吃瓜]', '[疑问]', '👀', '[来]', '[围观]'],
    shares: { opening: 0.12, tail: 0, emoticon: 0.14 },
  },
};

/** What people add when they pass something on without words of their own about it. */
export const BARE_REPOSTS: readonly string[] = [
  '转发微博',
  '转发微博',
  '转发微博',
  '转发',
  'Repost',
];
export const REACTIONS: readonly string[] = [
  '哈哈哈哈哈哈',
  'mark',
  '马住',
  '蹲',
  '有道理',
  '@momo 快看',
  '真的假的',
  '学到了',
  '好家伙',
  '围观',
  '细说',
  '先收藏',
  '啊这',
  '不明觉厉',
  '2333',
  '路过',
  '前排',
  '坐等后续',
  '又来了',
  '[吃瓜]',
  '[doge]',
  '同问',
  '懂的都懂',
  '转给需要的人',
  '插眼',
];
