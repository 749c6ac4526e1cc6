import type { Words } from '../i18n/words.ts';

export const words = {
  expand: ['展开', 'Show all'],
  collapse: ['收起', 'Show less'],
  relabelFor: ['改判（{topic}）', 'Correct the label ({topic})'],
  title: ['帖子', 'Post'],
  openPost: ['查看详情', 'Open details'],
  anonymous: ['匿名', 'Anonymous'],
} as const satisfies Words;
