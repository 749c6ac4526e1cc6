import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '#shared/node/root.ts';
import { readFeedError } from '../../../web/src/sources/feed-error.ts';

// What our own readers say of a feed stands in their sources; none may reach the page in English alone.
const sources = ['shared/node/formats/feed.ts', 'worker/feeds/mastodon.ts', 'worker/feeds/sse.ts'];
const said = sources.flatMap((file) =>
  [
    ...readFileSync(path.join(projectRoot(), file), 'utf8').matchAll(
      /throw new \w*Error\((?:'format\/[a-z-]+', )?'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? ''),
);

it('finds the messages of the readers', () => {
  expect(said).toEqual(
    expect.arrayContaining(['The feed is no well-formed XML', 'the stream ended']),
  );
});

it.each([
  ...said,
  'HTTP 503',
  'getaddrinfo ENOTFOUND rsshub.example',
  'connect ECONNREFUSED 203.0.113.1:443',
  'The operation was aborted due to timeout',
  'intranet is at 10.0.0.8, not a public address (allow it with WEIMAI_ALLOW_PRIVATE_WEBHOOKS)',
])('has words for: %s', (error) => {
  expect(readFeedError(error)?.word[0]).toMatch(/^\p{Script=Han}/u);
});

it('reads the status, and leaves what it does not know', () => {
  expect(readFeedError('HTTP 503')?.status).toBe('503');
  expect(readFeedError('something new')).toBeUndefined();
});
