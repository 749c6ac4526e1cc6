import { randomUUID } from 'node:crypto';
import { DEMO_EVENTS } from '../../demo/story.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db } from '../postgres/pool.ts';

/** An event note on the charts: what happened when. */
export interface StoredNote {
  id: string;
  topic: string;
  at: number;
  zh: string;
  en: string;
  by: string;
  demo: boolean;
}

export interface NotesStore {
  list(query: { topics?: readonly string[]; from: number; to: number }): Promise<StoredNote[]>;
  add(note: Omit<StoredNote, 'id' | 'demo'>): Promise<StoredNote>;
  remove(id: string): Promise<void>;
  /** The demo story's events; marked demo and removed with it. */
  seedDemo(): Promise<void>;
}

interface Row {
  id: string;
  topic: string;
  at: number;
  zh: string;
  en: string;
  by_name: string;
  demo: boolean;
}
const fromRow = ({ by_name, ...row }: Row): StoredNote => ({ ...row, by: by_name });

export function createNotesStore(db: Db): NotesStore {
  return {
    async list({ topics, from, to }) {
      const { rows } = await db.query<Row>(
        `select id, topic, at, zh, en, by_name, demo from notes where at >= $1 and at < $2 and ($3::text[] is null or topic = any($3) or topic = '') order by at limit 200`,
        [from, to, topics ?? null],
      );
      return rows.map(fromRow);
    },
    async add(note) {
      const id = randomUUID();
      await db.query(
        'insert into notes (id, topic, at, zh, en, by_name) values ($1, $2, $3, $4, $5, $6)',
        [id, note.topic, note.at, note.zh, note.en, note.by],
      );
      return { ...note, id, demo: false };
    },
    async remove(id) {
      const { rowCount } = await db.query('delete from notes where id = $1', [id]);
      if (rowCount === 0) throw new AppError('note/not-found', 'There is no such note.');
    },
    async seedDemo() {
      for (const [index, event] of DEMO_EVENTS.entries()) {
        await db.query(
          `insert into notes (id, topic, at, zh, en, by_name, demo) values ($1, $2, $3, $4, $5, 'demo', true) on conflict (id) do nothing`,
          [`demo-${index}`, event.topic ?? '', event.at, event.zh, event.en],
        );
      }
    },
  };
}
