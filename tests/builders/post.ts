import type { Post } from '#shared/post/post.ts';
import type { AnalysedMention, AnalysedPost } from '#shared/node/store/posts.ts';

let counter = 0;

/** A post with everything filled in; give what matters to the test. */
export function aPost(partial: Partial<Post> = {}): Post {
  counter++;
  return {
    source: 'test',
    id: `p${counter}`,
    text: `第${counter}条：DeepSeek 真不错`,
    createdAt: Date.parse('2025-01-27T13:00:30Z'),
    author: { id: `a${counter % 7}` },
    ...partial,
  };
}

export function anAnalysedPost(
  post: Post,
  mentions: Partial<AnalysedMention>[] = [{}],
): AnalysedPost {
  return {
    post,
    score: 500,
    label: 1,
    repost: 0,
    words: '真不错',
    mentions: mentions.map((mention) => ({
      topicKey: 1,
      topicId: 'deepseek',
      score: 500,
      label: 1,
      evidence: '[]',
      ...mention,
    })),
  };
}
