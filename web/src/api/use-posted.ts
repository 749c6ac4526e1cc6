import { useEffect, useState } from 'preact/hooks';
import { ApiError, send } from './client.ts';

export interface PostedState<T> {
  /** Last good answer; stays on screen while a newer one is on its way. */
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
}

/**
 * Answer of a POST that changes nothing (preview, back-test, score), asked again `delayMs` after the last change of
 * `body`; `body` null asks nothing. Only the newest answer counts.
 */
export function usePosted<T>(path: string, body: object | null, delayMs = 450): PostedState<T> {
  const [state, setState] = useState<PostedState<T>>({
    data: undefined,
    error: undefined,
    loading: body !== null,
  });
  const key = JSON.stringify([path, body]);
  useEffect(() => {
    if (body === null) {
      setState({ data: undefined, error: undefined, loading: false });
      return;
    }
    const abort = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    const timer = setTimeout(() => {
      send<T>('POST', path, body, { signal: abort.signal }).then(
        (data) => setState({ data, error: undefined, loading: false }),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          if (!(error instanceof ApiError)) throw error;
          setState((old) => ({ data: old.data, error, loading: false }));
        },
      );
    }, delayMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
    // `key` stands for path and body by value.
  }, [key]);
  return state;
}
