import type { Settings } from '../../wire/api.ts';
import type { Db } from '../postgres/pool.ts';
import type { Zone } from '../zone.ts';
import { createAccessStore, type AccessStore } from './access.ts';
import { loadSecretBox, type SecretBox } from '../secrets.ts';
import { createChannelsStore, type ChannelsStore } from './channels.ts';
import { createFeedsStore, type FeedsStore } from './feeds.ts';
import { createIncidentsStore, type IncidentsStore } from './incidents.ts';
import { createOutboxStore, type OutboxStore } from './outbox.ts';
import { createRulesStore, type RulesStore } from './rules.ts';
import { createReportSource } from './report-source.ts';
import { createReportsStore, type ReportsStore } from './reports.ts';
import { version } from '../version.ts';
import type { ReportSource } from '../../report/report-data.ts';
import { createSpikesStore, type SpikesStore } from './spikes.ts';
import { createSilencesStore, type SilencesStore } from './silences.ts';
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
  channels: ChannelsStore;
  feeds: FeedsStore;
  incidents: IncidentsStore;
  outbox: OutboxStore;
  rules: RulesStore;
  reports: ReportsStore;
  /** Facts of reports, read from aggregates. */
  reportSource: ReportSource;
  silences: SilencesStore;
  spikes: SpikesStore;
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

export interface StoreOptions {
  /** Name of `zone`, the default of the settings. */
  zoneName: string;
  /** Key that seals channel secrets; made on first use. All processes of one store need the same file. */
  keyFile: string;
}

export function createStore(db: Db, zone: Zone, { zoneName, keyFile }: StoreOptions): Store {
  let box: Promise<SecretBox> | undefined;
  const secrets = (): Promise<SecretBox> => (box ??= loadSecretBox(keyFile));
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
    channels: createChannelsStore(db, secrets),
    feeds: createFeedsStore(db),
    incidents: createIncidentsStore(db),
    outbox: createOutboxStore(db),
    rules: createRulesStore(db),
    reports: createReportsStore(db),
    reportSource: createReportSource(db, { model: version() }),
    silences: createSilencesStore(db),
    spikes: createSpikesStore(db),
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
