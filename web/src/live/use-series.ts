import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Series } from '#shared/wire/api.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import { ApiError, get } from '../api/client.ts';
import { pace } from '../charts/frames.ts';
import {
  type SeriesStore,
  applyBase,
  applySnapshot,
  applyTicks,
  createSeriesStore,
  dropMinutesBefore,
  forgetMinutes,
  hasStale,
} from '../state/series-store.ts';
import { clockNow, on, onReset, watch } from './feed.ts';
import { type Span, stepText } from './live-url.ts';

export interface LiveSeries {
  store: SeriesStore;
  /** Grows whenever the store changed: read it to redraw. */
  version: Signal<number>;
  /** Grows with every answer of the server: what a paused view still follows. */
  loads: Signal<number>;
  loading: Signal<boolean>;
  error: Signal<ApiError | null>;
  reload: () => void;
}

/** Redraws from ticks at most this often, less on slow machines. */
const REDRAW_MS = 250;
/** Steps that changed behind the socket's cover are fetched again after this. */
const RELOAD_MS = 4_000;
/** Points stand for the quarter hour before them: the first one needs it too. */
const LEAD_MS = 15 * MINUTE_MS;
/** Minutes kept from the socket before the base takes over. */
const KEEP_MINUTES_MS = 30 * HOUR_MS;

/**
 * Series of the shown topics over the view and the same width before it, kept up to date by the socket.
 * The view may move (following, replay): what is loaded is asked for anew only when it no longer covers.
 */
export function useSeries(
  topics: readonly string[],
  view: Span & { stepMs: number; following: boolean },
): LiveSeries {
  const store = useMemo(() => createSeriesStore(), []);
  const version = useSignal(0);
  const loads = useSignal(0);
  const loading = useSignal(true);
  const error = useSignal<ApiError | null>(null);
  const round = useSignal(0);
  const loaded = useRef<(Span & { key: string }) | null>(null);
  const key = `${topics.join(',')}|${view.stepMs}`;

  useEffect(() => {
    if (topics.length === 0) return;
    const stops = [
      on('snapshot', (message) => {
        applySnapshot(store, { ...message, now: message.clock.now });
        bump(version);
      }),
      on('bucket:updated', ({ seq, buckets }) => {
        applyTicks(store, buckets, seq);
        bumpSoon(version);
      }),
      on('history:changed', ({ topic }) => {
        if (!topics.includes(topic)) return;
        forgetMinutes(store, topic);
        round.value++;
      }),
      onReset(() => {
        for (const topic of topics) forgetMinutes(store, topic);
        round.value++;
      }),
      watch(topics),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [topics.join(',')]);

  // Steps behind the cover of the socket changed, or the minutes grew old: ask the server again.
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      const old = [...store.topics.values()].some(
        (topic) => topic.coveredFrom !== null && clockNow() - topic.coveredFrom > KEEP_MINUTES_MS,
      );
      if (old || hasStale(store, loaded.current?.from ?? 0, Infinity)) round.value++;
    }, RELOAD_MS);
    return () => clearInterval(timer);
  }, []);

  const width = view.to - view.from;
  const wanted = {
    from: view.from - width - LEAD_MS,
    to: view.following ? view.to : view.to + width / 2,
  };
  const missing =
    loaded.current === null || loaded.current.key !== key || !covers(loaded.current, wanted, view);
  const target = useRef(wanted);
  if (missing) target.current = wanted;
  const { from, to } = target.current;

  useEffect(() => {
    if (topics.length === 0) return;
    const abort = new AbortController();
    loading.value = loaded.current?.key !== key;
    const query = {
      topics,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      step: stepText(view.stepMs),
    };
    get<Series>('/series', query, abort.signal).then(
      (series) => {
        applyBase(store, series);
        dropMinutesBefore(store, Math.floor((to - 3 * HOUR_MS) / view.stepMs) * view.stepMs);
        loaded.current = { from, to, key };
        loading.value = false;
        error.value = null;
        loads.value++;
        bump(version);
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        if (!(cause instanceof ApiError)) throw cause;
        error.value = cause;
        loading.value = false;
      },
    );
    return () => abort.abort();
  }, [key, from, to, round.value]);

  return useMemo(
    () => ({ store, version, loads, loading, error, reload: () => round.value++ }),
    [store, version, loads, loading, error],
  );
}

/** Does what is loaded still serve the view? While following, the socket adds the right edge. */
function covers(loaded: Span, wanted: Span, view: Span & { following: boolean }): boolean {
  if (wanted.from < loaded.from) return false;
  if (view.following) return loaded.to > wanted.from;
  return view.to <= loaded.to || loaded.to > clockNow();
}

function bump(version: Signal<number>): void {
  version.value++;
}

const waiting = new WeakSet<Signal<number>>();
function bumpSoon(version: Signal<number>): void {
  if (waiting.has(version)) return;
  waiting.add(version);
  const redraw = () => {
    waiting.delete(version);
    version.value++;
  };
  setTimeout(() => {
    // A hidden tab keeps its books and draws nothing; one redraw when it is back shows all of it.
    if (document.hidden) document.addEventListener('visibilitychange', redraw, { once: true });
    else redraw();
  }, pace(REDRAW_MS));
}
