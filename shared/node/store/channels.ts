import { channelSchema, keepSecrets, mapSecrets, type Channel } from '../../alert/channel.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';
import type { SecretBox } from '../secrets.ts';

export interface StoredChannel {
  channel: Channel;
  createdAt: number;
  failures: number;
  lastAt: number | null;
  lastAnswer: string;
}

/** Destinations of notifications. Secrets are sealed with the key file before they reach the database. */
export interface ChannelsStore {
  list(): Promise<StoredChannel[]>;
  get(id: string): Promise<StoredChannel>;
  create(input: unknown): Promise<StoredChannel>;
  /** Secrets left out stay as they are (shared/alert/channel.ts keepSecrets). */
  update(id: string, edit: Record<string, unknown>): Promise<StoredChannel>;
  remove(id: string): Promise<void>;
}

/** A channel that failed this often in a row is shown as failing, and its fallback takes over. */
export const FAILING_AFTER = 3;

interface Row {
  id: string;
  config: unknown;
  created_at: number;
  failures: number;
  last_at: number | null;
  last_answer: string;
}
const COLUMNS = 'id, config, created_at, failures, last_at, last_answer';

export function createChannelsStore(db: Db, secrets: () => Promise<SecretBox>): ChannelsStore {
  const sealed = async (channel: Channel): Promise<string> => {
    const box = await secrets();
    return JSON.stringify(
      mapSecrets(channel.type, channel, (secret, field) =>
        box.seal(secret, `${channel.id}.${field}`),
      ),
    );
  };
  const opened = async (row: Row): Promise<StoredChannel> => {
    const box = await secrets();
    const config = row.config as Channel;
    return {
      channel: channelSchema.parse(
        mapSecrets(config.type, config, (secret, field) =>
          box.open(secret, `${config.id}.${field}`),
        ),
      ),
      createdAt: row.created_at,
      failures: row.failures,
      lastAt: row.last_at,
      lastAnswer: row.last_answer,
    };
  };
  const parse = (input: unknown): Channel => {
    const parsed = channelSchema.safeParse(input);
    if (parsed.success) return parsed.data;
    throw new AppError('channel/invalid', 'The channel is not valid.', {
      errors: parsed.error.issues.map((issue) => ({
        field: `/${issue.path.join('/')}`,
        message: issue.message,
      })),
    });
  };
  const get = async (id: string): Promise<StoredChannel> => {
    const { rows } = await db.query<Row>(`select ${COLUMNS} from channels where id = $1`, [id]);
    if (!rows[0]) throw new AppError('channel/not-found', 'There is no such channel.');
    return opened(rows[0]);
  };
  return {
    async list() {
      const { rows } = await db.query<Row>(`select ${COLUMNS} from channels order by created_at`);
      return Promise.all(rows.map(opened));
    },
    get,
    async create(input) {
      const channel = parse(input);
      const { rowCount } = await db.query(
        'insert into channels (id, type, config, created_at) values ($1, $2, $3, $4) on conflict do nothing',
        [channel.id, channel.type, await sealed(channel), Date.now()],
      );
      if (rowCount === 0)
        throw new AppError('channel/invalid', `There is already a channel "${channel.id}".`, {
          errors: [{ field: '/id', message: 'is taken' }],
        });
      return get(channel.id);
    },
    async update(id, edit) {
      const { channel: stored } = await get(id);
      const channel = parse(keepSecrets({ ...stored, ...edit, id }, stored));
      // A mended channel starts with a clean record.
      await db.query('update channels set type = $2, config = $3, failures = 0 where id = $1', [
        id,
        channel.type,
        await sealed(channel),
      ]);
      return get(id);
    },
    async remove(id) {
      const { rowCount } = await db.query('delete from channels where id = $1', [id]);
      if (rowCount === 0) throw new AppError('channel/not-found', 'There is no such channel.');
      await db.query(
        `delete from notifications where channel_id = $1 and state in ('waiting', 'retrying')`,
        [id],
      );
    },
  };
}
