import type { Words } from '../i18n/words.ts';

export const words = {
  headline: ['看见情绪，也看见原因', 'See the mood, and why'],
  lead: [
    '微脉逐分钟追踪中文社交媒体对每个专题的情绪，并说出变化从哪些帖子来。现在还没有数据，选一种方式开始。',
    'Weimai follows the mood of Chinese social media toward each topic, minute by minute, and shows which posts moved it. There is no data yet: pick a way to begin.',
  ],
  demo: ['用演示数据回放', 'Play the demo'],
  demoText: [
    '2025 年 1 月 DeepSeek 发布那一周的合成帖子，60 倍速播放，几秒内就能看到走势。随时一键移除。',
    'Synthetic posts of the week DeepSeek appeared (January 2025), at 60 times the pace. Moving within seconds, removable with one click.',
  ],
  demoButton: ['播放演示', 'Play the demo'],
  file: ['导入文件', 'Import a file'],
  fileText: [
    '把爬虫或平台导出的文件拖进来：NDJSON、CSV、JSON、XLSX，可压缩；格式自动识别，先预检再写入。',
    'Drop a file from a crawler or export: NDJSON, CSV, JSON or XLSX, gzipped or not. The format is detected and checked before anything is stored.',
  ],
  fileButton: ['选择文件', 'Choose a file'],
  curl: ['发一条试试', 'Send one post'],
  curlText: [
    '任何程序都能用 HTTP 送帖。第一条到达，这一页就会变成实时页。',
    'Any program can send posts over HTTP. When the first one arrives, this page turns live.',
  ],
  waiting: ['正在等第一帖…', 'Waiting for the first post…'],
  copyCurl: ['复制命令', 'Copy the command'],
} as const satisfies Words;
