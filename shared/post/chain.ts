import type { Normalised } from './normalise.ts';

/** Where the writer's own words stand in a normalised text, and what kind of repost it is. */
export interface OwnWords {
  /** Normalised offsets; `end` is where the first quoted part (`//@`) begins. */
  start: number;
  end: number;
  repost: 'original' | 'comment' | 'bare';
}

/** What Weibo writes by itself when a post is passed on without a word; emoticons alone are amplification too. */
const BARE =
  /^(?:转发(?:微博|了)?|轉發微博|快转|转|repost|分享(?:微博|图片|视频)?|share|rt|[\s.。!~…,:]|\[[^[\]]{1,8}\]|\p{Extended_Pictographic})*$/u;
const BARE_LENGTH = 60;

/**
 * Splits `说得对 //@小王:DeepSeek太强了` into own words (`说得对 `) and the chain. `reposts` is true where the
 * post is known to repost something (`repostOf`) even if its text shows no chain.
 */
export function ownWords(n: Normalised, reposts = false): OwnWords {
  const chain = n.text.indexOf('//@');
  const end = chain === -1 ? n.text.length : chain;
  const bare = end <= BARE_LENGTH && BARE.test(n.text.slice(0, end));
  if (chain !== -1 || reposts) return { start: 0, end, repost: bare ? 'bare' : 'comment' };
  return { start: 0, end, repost: bare && SAYS_REPOST.test(n.text) ? 'bare' : 'original' };
}

const SAYS_REPOST = /转发|轉發|repost|快转/;
