import { z } from 'zod';

/**
 * One message as received. Identity is (`source`, `id`); it never changes after it was counted.
 * Instants inside the program are epoch milliseconds (`createdAt: number`); ISO 8601 strings exist on the wire only.
 */
export interface Post {
  source: string;
  id: string;
  text: string;
  /** Epoch ms of the post's own time: the minute it is counted in. */
  createdAt: number;
  author?: PostAuthor;
  url?: string;
  /** What is reposted or quoted; its words are never the writer's. */
  repostOf?: { id?: string; text?: string; author?: string };
  counts?: { reposts?: number; comments?: number; likes?: number };
  tags?: string[];
  lang?: string;
}

export interface PostAuthor {
  id?: string;
  name?: string;
  followers?: number;
  verified?: boolean;
  region?: string;
}

/** Limits of one post. Reasons: reliability spec M7 (regex on long text), M17, M18. */
export const POST_LIMITS = {
  /** Code points kept of a text; longer is rejected as `post/text-too-long` at the API. */
  textLength: 10_000,
  idLength: 200,
  nameLength: 200,
  urlLength: 2_000,
  tags: 50,
  tagLength: 100,
  /** Earliest accepted post time, 2000-01-01T00:00:00Z. */
  earliest: 946_684_800_000,
  /** A post may be at most this far ahead of the server's clock. */
  futureMs: 24 * 3_600_000,
} as const;

export const DEFAULT_SOURCE = 'api';

const shortText = (max: number) => z.string().max(max);
const count = z.number().int().min(0).max(1e12);
/** Ids come as strings or (small) integers; beyond 2^53 JSON has already lost digits. */
const idText = z
  .union([z.string(), z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)])
  .transform(String)
  .pipe(z.string().min(1).max(POST_LIMITS.idLength));

/** A post on the wire (POST /api/v1/posts). Unknown keys are dropped. */
export const wirePostSchema = z.object({
  id: idText,
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/)
    .default(DEFAULT_SOURCE),
  text: z.string().min(1),
  createdAt: z.string().min(4).max(64),
  author: z
    .object({
      id: idText.optional(),
      name: shortText(POST_LIMITS.nameLength).optional(),
      followers: count.optional(),
      verified: z.boolean().optional(),
      region: shortText(POST_LIMITS.nameLength).optional(),
    })
    .optional(),
  url: shortText(POST_LIMITS.urlLength).optional(),
  repostOf: z
    .object({
      id: idText.optional(),
      text: z.string().optional(),
      author: shortText(POST_LIMITS.nameLength).optional(),
    })
    .optional(),
  counts: z
    .object({
      reposts: count.optional(),
      comments: count.optional(),
      likes: count.optional(),
    })
    .optional(),
  tags: z.array(shortText(POST_LIMITS.tagLength)).max(POST_LIMITS.tags).optional(),
  lang: shortText(20).optional(),
});

/** Why a valid post is not counted. */
export const DROP_REASONS = ['no-topic', 'empty', 'blocked-author', 'too-old'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Why a row or item is refused. Stable codes: interfaces and tests rely on them. */
export const REJECT_CODES = [
  'post/not-an-object',
  'post/not-json',
  'post/too-deep',
  'post/line-too-long',
  'post/id-missing',
  'post/id-invalid',
  'post/source-invalid',
  'post/text-missing',
  'post/text-too-long',
  'post/time-missing',
  'post/time-invalid',
  'post/time-out-of-range',
  'post/field-invalid',
  'post/unreadable',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/** One refused item: where it stood, which field, and why in words a person can act on. */
export interface Rejection {
  /** 0-based position in the request (API) or 1-based row/line (file import). */
  index: number;
  code: RejectCode;
  /** JSON pointer or column name, where one field is to blame. */
  field?: string;
  message: string;
}

export type ParsedPost =
  | { ok: true; post: Post }
  | { ok: false; rejection: Omit<Rejection, 'index'> };
