/** Containers that posts arrive in. Which tool wrote a record inside is told per record (`shared/post/native`). */
export const FORMAT_NAMES = ['json', 'ndjson', 'csv', 'tsv', 'xlsx', 'feed', 'sse'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A file that cannot be read as a whole (single bad rows are rejections, not errors). */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type FormatErrorCode =
  | 'format/unknown'
  | 'format/broken'
  | 'format/too-large'
  | 'format/columns-missing';

/** How far compressed input may expand before it is taken for a bomb. */
export interface ArchiveLimits {
  expandedBytes: number;
  /** Expanded over compressed size; only looked at beyond `freeBytes`. */
  ratio: number;
  freeBytes: number;
  entries: number;
}

/** For what comes over the network (reliability spec, section 4, Uploads). */
export const UPLOAD_LIMITS: ArchiveLimits = {
  expandedBytes: 500_000_000,
  ratio: 10,
  freeBytes: 64_000_000,
  entries: 1_000,
};

/** For files the operator names on the command line: real archives of any size, still no bombs (deflate tops at 1,032:1). */
export const LOCAL_FILE_LIMITS: ArchiveLimits = {
  ...UPLOAD_LIMITS,
  expandedBytes: 100_000_000_000,
  ratio: 100,
};

/** Longest row or line that may become a post: 10,000 code points of text and all columns around them fit many times. */
export const RECORD_MAX_LENGTH = 262_144;
/** What a rejected row keeps of its raw content. */
export const RAW_MAX_LENGTH = 20_000;

/** One row, line or element, before it is parsed as a post. */
export type RawRecord = { index: number; raw: string } & (
  | { value: unknown }
  | { cells: string[] }
  | { refused: 'post/not-json' | 'post/too-deep' | 'post/line-too-long' | 'post/unreadable' }
);
