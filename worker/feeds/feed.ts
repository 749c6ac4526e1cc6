import type { Post, Rejection } from '#shared/post/post.ts';
import type { AddressGuard } from '#shared/node/http/address-guard.ts';
import type { SafeFetch, SafeStream } from '#shared/node/http/safe-fetch.ts';

/** A subscription: somewhere posts come from by themselves. */
export interface FeedConfig {
  id: string;
  name: string;
  kind: 'rss' | 'mastodon' | 'jetstream';
  url: string;
  /** Between two polls of an RSS feed; streams have none. */
  intervalSeconds: number;
  /** Replaces the platform as the posts' source. */
  source?: string;
  /** Sent as bearer; many Mastodon servers stream to members only. */
  token?: string;
  /** Jetstream: languages kept (`zh` keeps `zh-CN` too). Default zh; empty: all. */
  langs?: readonly string[];
}

/**
 * One delivery. Deliveries are made one at a time and repeated until they succeed, so `cursor` is always a safe place
 * to resume from once this one is stored: nothing before it is still on its way. What comes twice after a restart
 * counts once (the identity of a post is its primary key).
 */
export interface FeedBatch {
  posts: Post[];
  rejected: { rejection: Omit<Rejection, 'index'>; raw: string }[];
  /** JSON; give it back as `cursor` at the next start. */
  cursor: unknown;
}

export interface FeedDeps {
  fetch: SafeFetch;
  stream: SafeStream;
  guard: AddressGuard;
  now(): number;
  /** 0…1 */
  random(): number;
  /** What was stored with the last batch; null the first time. */
  cursor: unknown;
  /** Rejecting makes the feed wait and hand over the same batch again. */
  onPosts(batch: FeedBatch): Promise<void>;
  onStatus(status: FeedStatus): void;
}

export interface FeedStatus {
  state: 'idle' | 'ok' | 'failing' | 'disabled';
  /** When anything was last heard, epoch ms. */
  lastAt: number | null;
  /** Age of the newest post when it was received, ms. */
  lagMs: number | null;
  /** In a row. */
  failures: number;
  /** Polls answered 304 since the start. */
  notModified: number;
  /** Posts delivered since the start. */
  posts: number;
  lastError: string | null;
}

export interface RunningFeed {
  /** Stops reading and hands over what is waiting. */
  stop(): Promise<void>;
}
