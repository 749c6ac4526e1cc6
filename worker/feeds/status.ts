import type { FeedStatus } from './feed.ts';

/** idle → ok on the first sign of life, → failing on a failure, back on the next sign; disabled is for good. */
export type FeedEvent =
  | { kind: 'received'; now: number; posts: number; newestAt: number | null }
  | { kind: 'not-modified'; now: number }
  /** A heartbeat, or posts that are none of ours. */
  | { kind: 'heard'; now: number }
  | { kind: 'failed'; error: string }
  /** The other side says the feed no longer exists. */
  | { kind: 'gone'; error: string };

export const IDLE: FeedStatus = {
  state: 'idle',
  lastAt: null,
  lagMs: null,
  failures: 0,
  notModified: 0,
  posts: 0,
  lastError: null,
};

const LONGEST_ERROR = 300;

export function nextStatus(status: FeedStatus, event: FeedEvent): FeedStatus {
  switch (event.kind) {
    case 'received':
      return {
        ...heard(status, event.now),
        posts: status.posts + event.posts,
        lagMs: event.newestAt === null ? status.lagMs : Math.max(0, event.now - event.newestAt),
      };
    case 'not-modified':
      return { ...heard(status, event.now), notModified: status.notModified + 1 };
    case 'heard':
      return heard(status, event.now);
    case 'failed':
      return {
        ...status,
        state: 'failing',
        failures: status.failures + 1,
        lastError: event.error.slice(0, LONGEST_ERROR),
      };
    case 'gone':
      return { ...status, state: 'disabled', lastError: event.error.slice(0, LONGEST_ERROR) };
  }
}

/** The last error stays readable after things went well again. */
function heard(status: FeedStatus, now: number): FeedStatus {
  return { ...status, state: 'ok', failures: 0, lastAt: now };
}
