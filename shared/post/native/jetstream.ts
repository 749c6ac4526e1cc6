import { parseTime } from '../time.ts';
import {
  isRecord,
  optional,
  recordOf,
  textOf,
  type ForeignRecord,
  type PostDraft,
} from './draft.ts';

const POSTS = 'app.bsky.feed.post';
/** `createdAt` is set by the client: further than this from the network's own time it is a wrong clock. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/** One Jetstream event (v1, or v2 in its `payload` envelope) that creates or updates a Bluesky post. */
export function fromJetstream(event: ForeignRecord): PostDraft {
  const { did, commit, seenAt } = unwrap(event);
  const record = recordOf(commit['record']);
  const rkey = textOf(commit['rkey']);
  return {
    id: did !== undefined && rkey !== undefined ? `at://${did}/${POSTS}/${rkey}` : undefined,
    source: 'bluesky',
    text: record['text'],
    createdAt: trustedTime(record['createdAt'], seenAt),
    columns: {
      id: 'commit.rkey',
      text: 'commit.record.text',
      createdAt: 'commit.record.createdAt',
    },
    ...optional({
      author: did === undefined ? undefined : { id: did },
      url:
        did !== undefined && rkey !== undefined
          ? `https://bsky.app/profile/${did}/post/${rkey}`
          : undefined,
      lang: Array.isArray(record['langs']) ? textOf(record['langs'][0]) : undefined,
    }),
  };
}

/** Events that are no new post: identity, account, deletions, likes. They are passed over, not refused. */
export function isJetstreamNoise(event: ForeignRecord): boolean {
  const { commit } = unwrap(event);
  const operation = commit['operation'];
  return commit['collection'] !== POSTS || (operation !== 'create' && operation !== 'update');
}

export function isJetstream(record: ForeignRecord): boolean {
  const event = isRecord(record['payload']) ? record['payload'] : record;
  return (
    typeof event['did'] === 'string' &&
    (event['kind'] !== undefined || event['$type'] !== undefined)
  );
}

function unwrap(event: ForeignRecord): {
  did: string | undefined;
  commit: ForeignRecord;
  seenAt: number;
} {
  const payload = event['payload'];
  if (isRecord(payload))
    return { did: textOf(payload['did']), commit: payload, seenAt: parseTime(payload['time']) };
  return {
    did: textOf(event['did']),
    commit: recordOf(event['commit']),
    seenAt: parseTime(event['time_us']),
  };
}

function trustedTime(createdAt: unknown, seenAt: number): unknown {
  if (Number.isNaN(seenAt)) return createdAt;
  const claimed = parseTime(createdAt);
  return Math.abs(claimed - seenAt) <= CLOCK_TOLERANCE_MS && claimed <= seenAt ? claimed : seenAt;
}
