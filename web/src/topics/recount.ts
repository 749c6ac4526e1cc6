import { signal } from '@preact/signals';
import type { RescoreView } from '#shared/wire/api.ts';
import type { JobProgress } from '#shared/wire/live.ts';
import { ApiError, get, send } from '../api/client.ts';
import { on, onReset } from '../live/feed.ts';
import { type Recount, applyProgress, mergeRunning } from './recount-state.ts';

/**
 * Recounts that run, here or started by anybody else, and those that ended while this page was open. The server goes on
 * without us: after a reload they are asked for again.
 */
export const recounts = signal<readonly Recount[]>([]);

export const RECOUNT_SPANS = ['24h', '7d', '30d', 'all'] as const;
export type RecountSpan = (typeof RECOUNT_SPANS)[number];
const SPAN_HOURS: Record<Exclude<RecountSpan, 'all'>, number> = {
  '24h': 24,
  '7d': 7 * 24,
  '30d': 30 * 24,
};

on('job:progress', (progress: JobProgress) => {
  recounts.value = applyProgress(recounts.value, progress);
});
onReset(() => void loadRecounts());

/** What runs now. A failure leaves what is known: the next event or visit corrects it. */
export async function loadRecounts(): Promise<void> {
  try {
    const { items } = await get<{ items: RescoreView[] }>('/rescores');
    recounts.value = mergeRunning(recounts.value, items);
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
  }
}

/** POST /topics/:id/rescore over the span that ends at `now`. */
export async function startRecount(topic: string, span: RecountSpan, now: number): Promise<void> {
  const from = span === 'all' ? 0 : now - SPAN_HOURS[span] * 3_600_000;
  const started = await send<RescoreView>('POST', `/topics/${topic}/rescore`, {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
  });
  recounts.value = mergeRunning(
    recounts.value.filter((recount) => recount.topic !== topic),
    [started],
  );
}

export async function cancelRecount(recount: Recount): Promise<void> {
  await send('DELETE', `/topics/${recount.topic}/rescore`);
}

export function dismissRecount(job: string): void {
  recounts.value = recounts.value.filter((recount) => recount.job !== job);
}
