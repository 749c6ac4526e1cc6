import { createHash } from 'node:crypto';
import {
  compact,
  countOf,
  listOf,
  optional,
  textOf,
  type PostDraft,
} from '#shared/post/native/draft.ts';
import { isDayOnly, parseTime } from '#shared/post/time.ts';
import { FormatError } from './format.ts';

/** Fields of a post that a table's column can fill: `--map text=content,createdAt=day`. */
export const MAPPABLE_FIELDS = [
  'id',
  'source',
  'text',
  'createdAt',
  'url',
  'author.id',
  'author.name',
  'author.followers',
  'author.verified',
  'author.region',
  'repostOf.id',
  'repostOf.text',
  'repostOf.author',
  'counts.reposts',
  'counts.comments',
  'counts.likes',
  'tags',
  'lang',
] as const;
export type MappableField = (typeof MAPPABLE_FIELDS)[number];
export type ColumnMapping = Partial<Record<MappableField, string>>;

/**
 * Where a post of a day without a clock time stands in that day: `spread` gives it a minute drawn from its content
 * (the same in every import), so that a chart has a line and the total of the day stays exact; `start-of-day` is 00:00.
 */
export type DayTime = 'spread' | 'start-of-day';

/** `text=content,createdAt=day` → mapping; throws with the list of fields where it names none of them. */
export function parseMapping(written: string): ColumnMapping {
  const mapping: ColumnMapping = {};
  for (const pair of written.split(',')) {
    const [field, ...column] = pair.split('=');
    const known = MAPPABLE_FIELDS.find((each) => each === field?.trim());
    if (known === undefined || column.length === 0) {
      throw new FormatError(
        'format/columns-missing',
        `"${pair}" is no mapping: write field=column; fields are ${MAPPABLE_FIELDS.join(', ')}`,
      );
    }
    mapping[known] = column.join('=').trim();
  }
  return mapping;
}

/** What a header says by itself: our own field names, or the usual words of other exports. */
export function guessMapping(header: readonly string[]): ColumnMapping {
  const mapping: ColumnMapping = {};
  for (const field of MAPPABLE_FIELDS) {
    const names = [field.toLowerCase(), ...(USUAL_NAMES[field] ?? [])];
    const column = names
      .map((name) => header.find((each) => plainName(each) === name))
      .find((each) => each !== undefined);
    if (column !== undefined) mapping[field] = column;
  }
  return mapping;
}

const USUAL_NAMES: Partial<Record<MappableField, readonly string[]>> = {
  id: ['post_id', 'mid', 'weibo_id', '微博id', '帖子id'],
  source: ['platform', '来源平台', '平台'],
  text: [
    'content',
    'body',
    'message',
    'tweet',
    '内容',
    '正文',
    '文本',
    '微博内容',
    '微博正文',
    '微博中文内容',
    '帖子内容',
  ],
  createdAt: [
    'created_at',
    'datetime',
    'timestamp',
    'time',
    'date',
    'day',
    '时间',
    '日期',
    '发布时间',
    '微博发布时间',
    '创建时间',
  ],
  url: ['link', '链接', '微博链接'],
  'author.id': ['author_id', 'user_id', 'uid', '用户id'],
  'author.name': [
    'author',
    'user',
    'username',
    'user_name',
    'screen_name',
    '用户',
    '用户名',
    '作者',
    '昵称',
    '用户昵称',
    '发布人账号',
  ],
  'author.followers': ['followers', 'followers_count', '粉丝数'],
  'author.region': ['region', 'location', 'ip_location', '地区', 'ip属地'],
  'counts.reposts': ['reposts', 'reposts_count', 'shares', '转发数', '转发'],
  'counts.comments': ['comments', 'comments_count', '评论数', '评论'],
  'counts.likes': ['likes', 'likes_count', 'attitudes_count', '点赞数', '点赞'],
  tags: ['hashtags', 'topics', '话题'],
  lang: ['language', '语言'],
};

function plainName(column: string): string {
  return column.trim().toLowerCase();
}

/** Turns a row into a draft; made once per file, so that columns are looked up once. */
export function rowMapper(
  header: readonly string[],
  mapping: ColumnMapping,
  options: {
    source?: string | undefined;
    dayTime?: DayTime | undefined;
    fetchedAt?: number | undefined;
  },
): (cells: readonly string[]) => PostDraft {
  const columns = columnIndexes(header, mapping);
  const names = {
    id: mapping.id ?? 'id',
    text: mapping.text ?? 'text',
    createdAt: mapping.createdAt ?? 'createdAt',
  };
  const extras = MAPPABLE_FIELDS.some(
    (field) => !OWN_FIELDS.has(field) && columns[field] !== undefined,
  );
  return (cells) => {
    const cell = (field: MappableField) => {
      const column = columns[field];
      return column === undefined ? undefined : textOf(cells[column]);
    };
    const id = cell('id');
    const text = cell('text');
    const time = cell('createdAt');
    const isSpread = time !== undefined && options.dayTime !== 'start-of-day' && isDayOnly(time);
    const digest =
      id === undefined || isSpread
        ? contentDigest(time, cell('author.id') ?? cell('author.name'), text)
        : undefined;
    return {
      id: id ?? `sha1:${digest?.toString('hex')}`,
      source: cell('source') ?? options.source ?? 'import',
      text,
      createdAt: isSpread && digest ? parseTime(time) + minuteOf(digest) * 60_000 : time,
      fetchedAt: options.fetchedAt,
      columns: names,
      ...(extras ? extrasOf(cell) : {}),
    };
  };
}

/** Fields that every draft has; a file with only these skips looking for the others in each row. */
const OWN_FIELDS: ReadonlySet<MappableField> = new Set(['id', 'source', 'text', 'createdAt']);

function extrasOf(cell: (field: MappableField) => string | undefined) {
  return optional({
    author: compact({
      id: cell('author.id'),
      name: cell('author.name'),
      followers: countOf(cell('author.followers')),
      verified: flagOf(cell('author.verified')),
      region: cell('author.region'),
    }),
    url: cell('url'),
    repostOf: compact({
      id: cell('repostOf.id'),
      text: cell('repostOf.text'),
      author: cell('repostOf.author'),
    }),
    counts: compact({
      reposts: countOf(cell('counts.reposts')),
      comments: countOf(cell('counts.comments')),
      likes: countOf(cell('counts.likes')),
    }),
    tags: listOf(cell('tags')),
    lang: cell('lang'),
  });
}

/**
 * Identity of a row that has no id: its time, author and text as written. Rows equal in all three are one post.
 * A running number would tell them apart within one file, but the same file shuffled, cut in pieces or imported
 * again would then give other ids, and counts would depend on how the file was brought.
 */
function contentDigest(time = '', author = '', text = ''): Buffer {
  return createHash('sha1').update(`${time}\0${author}\0${text}`).digest();
}

function minuteOf(digest: Buffer): number {
  return digest.readUInt32LE(0) % 1_440;
}

function columnIndexes(
  header: readonly string[],
  mapping: ColumnMapping,
): Partial<Record<MappableField, number>> {
  const indexes: Partial<Record<MappableField, number>> = {};
  for (const field of MAPPABLE_FIELDS) {
    const column = mapping[field];
    if (column === undefined) continue;
    const index = header.findIndex((each) => plainName(each) === plainName(column));
    if (index < 0) throw missing(`There is no column "${column}"`, header);
    indexes[field] = index;
  }
  if (indexes.text === undefined)
    throw missing('It is not clear which column holds the text', header);
  if (indexes.createdAt === undefined)
    throw missing('It is not clear which column holds the time', header);
  return indexes;
}

function missing(problem: string, header: readonly string[]): FormatError {
  const columns = header.slice(0, 40).join(', ').slice(0, 500);
  return new FormatError(
    'format/columns-missing',
    `${problem}. Columns here: ${columns}. Say it with --map text=COLUMN,createdAt=COLUMN`,
  );
}

function flagOf(cell: string | undefined): boolean | undefined {
  if (cell === undefined) return undefined;
  if (/^(?:true|1|yes|是)$/i.test(cell)) return true;
  return /^(?:false|0|no|否)$/i.test(cell) ? false : undefined;
}
