import type { RescoreView } from '#shared/wire/api.ts';
import type { JobProgress } from '#shared/wire/live.ts';

/** One recount as the page shows it. */
export interface Recount {
  job: string;
  topic: string;
  done: number;
  /** Null while nobody knows how many posts there are. */
  total: number | null;
  state: JobProgress['state'];
  message: string;
}

/** An event of the socket. Jobs that are not known yet (another tab, another person) appear; other kinds are ignored. */
export function applyProgress(known: readonly Recount[], event: JobProgress): Recount[] {
  if (event.kind !== 'rescore') return [...known];
  const before = known.find((recount) => recount.job === event.job);
  const topic = event.topic ?? before?.topic;
  if (topic === undefined) return [...known];
  const now: Recount = {
    job: event.job,
    topic,
    done: event.done,
    total: event.total,
    state: event.state,
    message: event.message ?? '',
  };
  if (before !== undefined)
    return known.map((recount) => (recount.job === event.job ? now : recount));
  // The end of something never seen running is no news here.
  if (event.state !== 'running') return [...known];
  return [...known.filter((recount) => recount.topic !== topic), now];
}

/** The server's list of running recounts: what we know of them stays when it is further, what ended stays to be read. */
export function mergeRunning(
  known: readonly Recount[],
  running: readonly Pick<RescoreView, 'job' | 'topic' | 'posts' | 'total' | 'message'>[],
): Recount[] {
  const jobs = new Set(running.map(({ job }) => job));
  const topics = new Set(running.map(({ topic }) => topic));
  const kept = known.filter(
    (recount) =>
      recount.state !== 'running' && !jobs.has(recount.job) && !topics.has(recount.topic),
  );
  const now = running.map(({ job, topic, posts, total, message }): Recount => {
    const before = known.find((recount) => recount.job === job);
    if (before !== undefined && before.done >= posts) return before;
    const most = total === null ? null : Math.max(total, posts);
    return { job, topic, done: posts, total: most, state: 'running', message };
  });
  return [...kept, ...now];
}
