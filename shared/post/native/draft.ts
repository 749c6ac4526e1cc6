/**
 * What a mapper makes of one foreign record: the fields of a post before any check. `parsePost` checks a draft
 * exactly like a canonical post; `columns` keeps the foreign name of each field so that a rejection can name it.
 */
export interface PostDraft {
  id: unknown;
  source: string;
  text: unknown;
  createdAt: unknown;
  /** When the record was fetched, epoch ms: what `3分钟前` is relative to. */
  fetchedAt?: number | undefined;
  author?: { id?: string; name?: string; followers?: number; verified?: boolean; region?: string };
  url?: string;
  repostOf?: { id?: string; text?: string; author?: string };
  counts?: { reposts?: number; comments?: number; likes?: number };
  tags?: string[];
  lang?: string;
  columns: DraftColumns;
}

export type DraftColumns = Readonly<Record<'id' | 'text' | 'createdAt', string>>;
export type ForeignRecord = Readonly<Record<string, unknown>>;

/** Weibo posts share one identity whatever tool fetched them: source `weibo`, id = mid. */
export const WEIBO = 'weibo';

export function isRecord(value: unknown): value is ForeignRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordOf(value: unknown): ForeignRecord {
  return isRecord(value) ? value : {};
}

/** A non-empty trimmed string, or undefined; whole numbers that kept all their digits count as strings. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** The first usable id. Numbers beyond 2^53 have lost digits in JSON and are passed over. */
export function firstId(...values: unknown[]): string | undefined {
  for (const value of values) {
    const id = textOf(value);
    if (id !== undefined && id !== '0') return id;
  }
  return undefined;
}

/** `12`, `"12"`, `"1,204"`, `"100万+"`, `"178.2万"`, `"1.2亿"`; anything else (`转发`, `-`) is no figure. */
export function countOf(value: unknown): number | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) && value >= 0 ? Math.min(Math.round(value), 1e12) : undefined;
  if (typeof value !== 'string' || value.length > 20) return undefined;
  const m = /^(\d{1,12}(?:\.\d{1,4})?)(千|万|亿|[kKwWmM])?\+?$/.exec(
    value.trim().replaceAll(',', ''),
  );
  if (!m) return undefined;
  return Math.min(Math.round(Number(m[1]) * (UNITS[m[2]?.toLowerCase() ?? ''] ?? 1)), 1e12);
}

const UNITS: Record<string, number> = { 千: 1e3, k: 1e3, 万: 1e4, w: 1e4, m: 1e6, 亿: 1e8 };

/** `发布于 北京`, `来自北京`, `IP属地：北京` → `北京`. */
export function regionOf(value: unknown): string | undefined {
  return textOf(textOf(value)?.replace(/^(?:发布于|来自|IP属地[:：]?)\s?/, ''));
}

/** A comma-separated cell (`话题`, `@用户`) as a list. */
export function listOf(value: unknown): string[] | undefined {
  const cells = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(/[,，]/, 200)
      : [];
  const list = cells.map(textOf).filter((cell) => cell !== undefined);
  return list.length > 0 ? list : undefined;
}

/** The same object without its undefined values, or undefined where nothing is left. */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }):
  | T
  | undefined {
  let kept: Partial<T> | undefined;
  for (const key in value) {
    const field = value[key];
    if (field === undefined) continue;
    kept ??= {};
    kept[key] = field;
  }
  return kept as T | undefined;
}

/** Optional parts of a draft, leaving out what is undefined (exactOptionalPropertyTypes). */
export function optional(parts: {
  [K in 'author' | 'url' | 'repostOf' | 'counts' | 'tags' | 'lang']?: PostDraft[K] | undefined;
}): Pick<PostDraft, 'author' | 'url' | 'repostOf' | 'counts' | 'tags' | 'lang'> {
  return (
    compact<Pick<PostDraft, 'author' | 'url' | 'repostOf' | 'counts' | 'tags' | 'lang'>>(
      parts as never,
    ) ?? {}
  );
}
