import type { Settings } from '../../wire/api.ts';
import type { Db, Tx } from '../postgres/pool.ts';

export interface SettingsStore {
  get(): Promise<Settings>;
  set(change: Partial<Settings>): Promise<Settings>;
  /** Any other named value (demo state, signing keys…); null when absent. */
  read<T>(name: string): Promise<T | null>;
  write(name: string, value: unknown, tx?: Pick<Tx, 'query'>): Promise<void>;
  remove(name: string): Promise<void>;
}

export function createSettingsStore(db: Db, defaults: Settings): SettingsStore {
  const read = async <T>(name: string): Promise<T | null> => {
    const { rows } = await db.query<{ value: T }>('select value from settings where name = $1', [
      name,
    ]);
    return rows[0]?.value ?? null;
  };
  const write = async (name: string, value: unknown, tx: Pick<Tx, 'query'> = db): Promise<void> => {
    await tx.query(
      'insert into settings (name, value, updated_at) values ($1, $2, $3) on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at',
      [name, JSON.stringify(value), Date.now()],
    );
  };
  const get = async (): Promise<Settings> => ({
    ...defaults,
    ...(await read<Partial<Settings>>('settings')),
  });
  return {
    get,
    async set(change) {
      const next = { ...(await get()), ...change };
      await write('settings', next);
      return next;
    },
    read,
    write,
    async remove(name) {
      await db.query('delete from settings where name = $1', [name]);
    },
  };
}
