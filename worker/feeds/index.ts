import type { FeedConfig, FeedDeps, RunningFeed } from './feed.ts';
import { startJetstream } from './jetstream.ts';
import { startMastodon } from './mastodon.ts';
import { startRss } from './rss.ts';

const STARTERS: {
  [K in FeedConfig['kind']]: (config: FeedConfig, deps: FeedDeps) => RunningFeed;
} = { rss: startRss, mastodon: startMastodon, jetstream: startJetstream };

/** Starts one subscription; it runs until `stop`, through every failure. */
export function startFeed(config: FeedConfig, deps: FeedDeps): RunningFeed {
  return STARTERS[config.kind](config, deps);
}
