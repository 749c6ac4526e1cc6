import type { Settings } from '../../wire/api.ts';
import type { Db } from '../postgres/pool.ts';
import type { Zone } from '../zone.ts';
import { createAccessStore, type AccessStore } from './access.ts';
import { createCorrectionsStore, type CorrectionsStore } from './corrections.ts';
import { createDeadLettersStore, type DeadLettersStore } from './dead-letters.ts';
import { createHistoryStore, type HistoryStore } from './history.ts';
import { createNotesStore, type NotesStore } from './notes.ts';
import { createPostSearch, type PostSearch } from './post-search.ts';
import { createPostsStore, type PostsStore } from './posts.ts';
import { createSeriesStore, type SeriesStore } from './series.ts';
import { createSettingsStore, type SettingsStore } from './settings.ts';
import { createTopicsStore, type TopicsStore } from './topics.ts';
import { createWorkersStore, type WorkersStore } from './workers.ts';

/** All tables behind named functions; the only code that writes SQL. */
export interface Store {
  db: Db;
  zone: Zone;
  access: AccessStore;
  corrections: CorrectionsStore;
  deadLetters: DeadLettersStore;
  history: HistoryStore;
  notes: NotesStore;
  posts: PostsStore;
  search: PostSearch;
  series: SeriesStore;
  settings: SettingsStore;
  topics: TopicsStore;
  workers: WorkersStore;
}

export function createStore(db: Db, zone: Zone, zoneName = 'Asia/Shanghai'): Store {
  const defaults: Settings = {
    zone: zoneName,
    language: 'zh',
    retention: { postsDays: 400, unmatchedDays: 14, minutesDays: 400 },
    polarity: 'blue-orange',
  };
  return {
    db,
    zone,
    access: createAccessStore(db),
    corrections: createCorrectionsStore(db, zone.dayStart),
    deadLetters: createDeadLettersStore(db),
    history: createHistoryStore(db, zone.dayStart),
    notes: createNotesStore(db),
    posts: createPostsStore(db, zone.dayStart),
    search: createPostSearch(db),
    series: createSeriesStore(db, zone),
    settings: createSettingsStore(db, defaults),
    topics: createTopicsStore(db),
    workers: createWorkersStore(db),
  };
}
