import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, type QueryValues, get } from './client.ts';

export interface QueryState<T> {
  /** Last good answer; kept on screen while a newer one loads or fails. */
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
  /** Put an answer we already know (after an edit) in place without asking again. */
  put: (data: T) => void;
}

/**
 * GET as a hook. Asks again when `path` or `query` change (by value), aborts what is no longer wanted;
 * `path` null asks nothing. With `everyMs` it repeats while the tab is visible.
 */
export function useQuery<T>(
  path: string | null,
  query: QueryValues = {},
  everyMs?: number,
): QueryState<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError; loading: boolean }>({
    loading: path !== null,
  });
  const [round, setRound] = useState(0);
  const key = JSON.stringify([path, query]);
  const keyShown = useRef(key);

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    const kept = keyShown.current.startsWith(JSON.stringify([path]).slice(0, -1));
    keyShown.current = key;
    setState((old) => ({
      ...(kept && old.data !== undefined ? { data: old.data } : {}),
      loading: true,
    }));
    get<T>(path, query, abort.signal).then(
      (data) => setState({ data, loading: false }),
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        if (!(cause instanceof ApiError)) throw cause;
        setState((old) => ({ ...old, error: cause, loading: false }));
      },
    );
    return () => abort.abort();
    // `key` stands for path and query by value.
  }, [key, round]);

  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) setRound((n) => n + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  const put = useCallback((data: T) => setState({ data, loading: false }), []);
  return { data: state.data, error: state.error, loading: state.loading, reload, put };
}
