import { signal } from '@preact/signals';
import type { JobProgress } from '#shared/wire/live.ts';
import { send } from '../api/client.ts';
import { on } from '../live/feed.ts';

/** Recounts started here, by job. They outlive the editor that started them; the server goes on without us. */
export interface Recount {
  job: string;
  topic: string;
  progress: JobProgress | null;
}
export const recounts = signal<readonly Recount[]>([]);

export const RECOUNT_SPANS = ['24h', '7d', '30d', 'all'] as const;
export type RecountSpan = (typeof RECOUNT_SPANS)[number];
const SPAN_HOURS: Record<Exclude<RecountSpan, 'all'>, number> = {
  '24h': 24,
  '7d': 7 * 24,
  '30d': 30 * 24,
};

on('job:progress', (progress) => {
  if (progress.kind !== 'rescore') return;
  recounts.value = recounts.value.map((recount) =>
    recount.job === progress.job ? { ...recount, progress } : recount,
  );
});

/** POST /topics/:id/rescore over the span that ends at `now`. */
export async function startRecount(topic: string, span: RecountSpan, now: number): Promise<void> {
  const from = span === 'all' ? 0 : now - SPAN_HOURS[span] * 3_600_000;
  const { job } = await send<{ job: string }>('POST', `/topics/${topic}/rescore`, {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
  });
  recounts.value = [
    ...recounts.value.filter((recount) => recount.topic !== topic),
    { job, topic, progress: null },
  ];
}

export async function cancelRecount(recount: Recount): Promise<void> {
  await send('DELETE', `/topics/${recount.topic}/rescore`);
}

export function dismissRecount(job: string): void {
  recounts.value = recounts.value.filter((recount) => recount.job !== job);
}
