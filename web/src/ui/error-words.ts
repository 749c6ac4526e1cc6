import type { Word, Words } from '../i18n/words.ts';
import type { ErrorCode } from '#shared/wire/errors.ts';

/**
 * What the server refuses, in the user's language; the server itself speaks English, to programs. `null`: the answer's
 * own detail says more than any sentence of ours could (it names the row, the column, the limit).
 */
export const CODE_WORDS = {
  'request/invalid': null,
  'request/not-json': null,
  'request/too-large': [
    '内容太大。超过 100 MB 的文件请用命令 weimai import，或先压缩为 .gz。',
    'This is too large. For files above 100 MB use weimai import, or pack them as .gz first.',
  ],
  'request/media-type': ['这种内容类型不被接受。', 'This kind of content is not accepted.'],
  'request/not-found': ['找不到它，可能已被删除。', 'It was not found; it may have been deleted.'],
  'request/origin': [
    '请求来自别的网站，已被拒绝。请从微脉自己的地址打开此页。',
    'The request came from another site and was refused. Open this page at Weimai’s own address.',
  ],
  'auth/required': ['需要登录。', 'You need to sign in.'],
  'auth/wrong-password': ['用户名或密码不对。', 'The user name or password is wrong.'],
  'auth/forbidden': ['你的角色无权这样做。', 'Your role does not allow this.'],
  'auth/too-many-tries': [
    '尝试次数太多，请等一分钟再试。',
    'Too many tries. Wait a minute, then try again.',
  ],
  'auth/setup-done': [
    '密码已经设过了。请刷新后登录。',
    'A password was set already. Reload and sign in.',
  ],
  'idempotency/conflict': null,
  'idempotency/in-flight': [
    '同一请求还在处理，请稍候。',
    'The same request is still being worked on. Please wait.',
  ],
  'idempotency/secret-answer': null,
  'ingest/overloaded': [
    '处理进程跟不上，请稍后再发。',
    'The workers are behind. Send it again shortly.',
  ],
  'ingest/rate-limited': [
    '请求太频繁，请稍等再试。',
    'Too many requests. Wait a moment and try again.',
  ],
  'ingest/queue-unavailable': [
    '队列没有应答，请稍后重试；再发一次不会重复计数。',
    'The queue does not answer. Try again shortly; nothing is counted twice.',
  ],
  'topic/not-found': ['没有这个专题，可能已被删除。', 'There is no such topic; it may be deleted.'],
  'topic/exists': ['这个编号已被占用。', 'This ID is taken.'],
  'topic/query-syntax': null,
  'topic/no-alias': ['请至少给一个名称或别名。', 'Give it a name or an alias.'],
  'post/not-found': [
    '没有这一帖，可能已超过保留期限。',
    'There is no such post; it may be past its retention.',
  ],
  'post/topic-not-mentioned': [
    '这一帖不再提及该专题（专题或打分刚刚变过）。请刷新。',
    'This post no longer mentions the topic (topic or scores changed). Reload the page.',
  ],
  'series/range': null,
  'search/syntax': null,
  'rule/not-found': ['没有这条规则，可能已被删除。', 'There is no such rule; it may be deleted.'],
  'rule/threshold-order': [
    '阈值次序不对：警告须先于严重，恢复须在警告之内。',
    'The thresholds are out of order: warning comes before critical, recovery before warning.',
  ],
  'rule/invalid': null,
  'incident/not-found': ['没有这个事件。', 'There is no such incident.'],
  'silence/not-found': ['没有这个静默，可能已结束。', 'There is no such silence; it may be over.'],
  'channel/not-found': [
    '没有这个渠道，可能已被删除。',
    'There is no such channel; it may be gone.',
  ],
  'channel/invalid': ['渠道设置不对。', 'The channel’s settings are not valid.'],
  'delivery/not-found': ['没有这条待重发的通知。', 'There is no such failed notification.'],
  'spike/not-found': ['没有这个异动。', 'There is no such spike.'],
  'report/not-found': ['没有这份报告。', 'There is no such report.'],
  'report/format': ['没有这种报告格式。', 'There is no such report format.'],
  'schedule/not-found': ['没有这个定时，可能已被删除。', 'There is no such schedule.'],
  'note/not-found': ['没有这条注记。', 'There is no such note.'],
  'import/not-found': ['没有这次导入。', 'There is no such import.'],
  'import/format': null,
  'import/not-over': ['导入还没结束，先取消。', 'This import is not over; cancel it first.'],
  'feed/not-found': ['没有这个订阅，可能已被删除。', 'There is no such feed; it may be deleted.'],
  'feed/invalid': [
    '这类订阅不支持这样的地址：RSS 与 Mastodon 用 http(s)://，Jetstream 用 ws(s)://。',
    'This kind of feed has another kind of address: RSS and Mastodon http(s)://, Jetstream ws(s)://.',
  ],
  'dead-letter/not-found': [
    '这一行已被处理或丢弃。',
    'This row was dealt with or discarded meanwhile.',
  ],
  'token/not-found': ['没有这个密钥，可能已撤销。', 'There is no such key; it may be revoked.'],
  'member/not-found': ['没有这位成员。', 'There is no such member.'],
  'member/exists': ['这个名字已有人用。', 'This name is taken.'],
  'member/last-admin': ['至少要留一位管理员。', 'At least one administrator must remain.'],
  'settings/invalid': ['设置不对。', 'The settings are not valid.'],
  'stale-edit': [
    '别人刚刚改过它。请重新载入后再改。',
    'Someone changed it meanwhile. Reload it and edit again.',
  ],
  'server/not-ready': [
    '存储还没有准备好，请稍后重试。',
    'The store is not ready. Try again shortly.',
  ],
  'server/internal': [
    '服务器出了问题，已记入日志。请稍后重试；若仍失败，请附上请求编号反馈。',
    'Something went wrong on the server and was logged. Try again; if it persists, report the request ID.',
  ],
} as const satisfies Record<ErrorCode, Word | null>;

const fieldWords = {
  missing: ['请填写', 'is missing'],
  short: ['至少 {n} 个字符', 'must have {n} {n:character|characters} or more'],
  long: ['最多 {n} 个字符', 'must have {n} {n:character|characters} at most'],
  few: ['至少 {n} 项', 'must have {n} {n:entry|entries} or more'],
  many: ['最多 {n} 项', 'must have {n} {n:entry|entries} at most'],
  small: ['不能小于 {n}', 'must be {n} or more'],
  big: ['不能大于 {n}', 'must be {n} or less'],
  whole: ['须为整数', 'must be a whole number'],
  taken: ['已被占用', 'is taken'],
  common: ['太常见，猜密码的程序会最先试它', 'is among the first that guessing programs try'],
  httpUrl: ['须为 http:// 或 https:// 开头的网址', 'must be an http or https address'],
  url: ['不是网址', 'is not an address'],
  email: ['不是电子邮箱', 'is not an e-mail address'],
  zone: ['不是时区名', 'is not a time zone name'],
  clock: ['不是钟点，例如 08:07', 'is not a time of day such as 08:07'],
  instant: ['不是时间', 'is not a time'],
  control: ['含有无法存储的字符', 'holds a character that cannot be stored'],
  secret: [
    '须为 whsec_ 加 24 至 64 字节的 base64',
    'must be whsec_ and the base64 of 24 to 64 bytes',
  ],
  host: ['须为主机名或地址', 'must be a host name or address'],
  unknown: ['不存在', 'is unknown'],
  trigger: ['须在触发阈值之前', 'must lie before the trigger'],
  critical: ['须在严重阈值之前', 'must lie before the critical threshold'],
  range: ['超出这种度量的范围', 'is outside the range of this measure'],
  start: ['须晚于开始时间', 'must lie after the start'],
  wrong: ['格式不对', 'is not valid'],
} as const satisfies Words;
type FieldWord = keyof typeof fieldWords;

/** Sentences of the schemas (zod's and ours) → our words; a number in them is kept. First match wins. */
const FIELD_PATTERNS: readonly (readonly [pattern: RegExp, word: FieldWord])[] = [
  [/received undefined|received null|^is (missing|empty)$/, 'missing'],
  [/Too small: expected string to have >=1 /, 'missing'],
  [/Too small: expected string to have >=?(\d+)/, 'short'],
  [/must have (\d+) characters or more/, 'short'],
  [/Too big: expected string to have <=?(\d+)/, 'long'],
  [/Too small: expected array to have >=?(\d+)/, 'few'],
  [/Too big: expected array to have <=?(\d+)/, 'many'],
  [/Too small: expected (?:number|int) to be >=?(-?[\d.]+)/, 'small'],
  [/Too big: expected (?:number|int) to be <=?(-?[\d.]+)/, 'big'],
  [/expected int/, 'whole'],
  [/is taken/, 'taken'],
  [/is too common/, 'common'],
  [/http or https URL/, 'httpUrl'],
  [/Invalid URL/, 'url'],
  [/Invalid email/, 'email'],
  [/time zone/, 'zone'],
  [/time of day/, 'clock'],
  [/ISO 8601|Invalid ISO/, 'instant'],
  [/cannot be stored/, 'control'],
  [/whsec_/, 'secret'],
  [/a host name or address/, 'host'],
  [/is unknown/, 'unknown'],
  [/before the trigger/, 'trigger'],
  [/before the critical/, 'critical'],
  [/outside the range/, 'range'],
  [/after the start/, 'start'],
  [/^Invalid|^Unrecognized|is not valid/, 'wrong'],
];

/** Our word for a schema's sentence, with the number in it; null for one that we do not know. */
export function fieldWordOf(message: string): { word: Word; n: number } | null {
  for (const [pattern, word] of FIELD_PATTERNS) {
    const match = pattern.exec(message);
    if (match !== null) return { word: fieldWords[word], n: Number(match[1] ?? 0) };
  }
  return null;
}

/** `/aliases/0` is a part of the field `aliases`. */
export function isOfField(pointer: string, field: string): boolean {
  const path = pointer.replace(/^\//, '');
  return path === field || path.startsWith(`${field}/`);
}
