import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, type QueryValues, get } from './client.ts';

interface Answer<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface ListState<T> {
  items: readonly T[] | undefined;
  /** Size of the whole list where the server tells it. */
  total: number | undefined;
  next: string | null;
  error: ApiError | undefined;
  loading: boolean;
  more: () => void;
  reload: () => void;
  /** Changes rows in place after an edit, without asking again. */
  change: (edit: (items: readonly T[]) => readonly T[]) => void;
}

/** A list by cursor: the first page when `path` or `query` change (by value), the next ones by `more()`. */
export function useList<T>(path: string | null, query: QueryValues = {}): ListState<T> {
  const [page, setPage] = useState<{ items: readonly T[]; next: string | null; total?: number }>();
  const [error, setError] = useState<ApiError>();
  const [loading, setLoading] = useState(path !== null);
  const [round, setRound] = useState(0);
  const asking = useRef<AbortController | null>(null);
  const key = JSON.stringify([path, query]);

  const ask = (cursor: string | null) => {
    if (path === null) return;
    asking.current?.abort();
    const abort = new AbortController();
    asking.current = abort;
    setLoading(true);
    setError(undefined);
    get<Answer<T>>(path, cursor === null ? query : { ...query, cursor }, abort.signal).then(
      (answer) => {
        setLoading(false);
        setPage((old) => ({
          items:
            cursor === null || old === undefined ? answer.items : [...old.items, ...answer.items],
          next: answer.next,
          ...(answer.total === undefined ? {} : { total: answer.total }),
        }));
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        if (!(cause instanceof ApiError)) throw cause;
        setLoading(false);
        setError(cause);
      },
    );
  };

  useEffect(() => {
    ask(null);
    return () => asking.current?.abort();
    // `key` stands for path and query by value.
  }, [key, round]);

  const next = page?.next ?? null;
  return {
    items: page?.items,
    total: page?.total,
    next,
    error,
    loading,
    more: () => {
      if (!loading && next !== null) ask(next);
    },
    reload: useCallback(() => setRound((n) => n + 1), []),
    change: useCallback(
      (edit) => setPage((old) => (old === undefined ? old : { ...old, items: edit(old.items) })),
      [],
    ),
  };
}
