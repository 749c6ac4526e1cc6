import { useEffect } from 'preact/hooks';
import type { QueryValues } from '../api/client.ts';
import { type QueryState, useQuery } from '../api/use-query.ts';
import { on, onReset } from '../live/feed.ts';

/** Like `useQuery`, asked again whenever an incident changes: rules, incidents and deliveries move with them. */
export function useAlertQuery<T>(path: string | null, query: QueryValues = {}): QueryState<T> {
  const state = useQuery<T>(path, query);
  useEffect(() => {
    const stops = [on('incident:changed', state.reload), onReset(state.reload)];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return state;
}
