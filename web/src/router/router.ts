import { computed, signal } from '@preact/signals';
import { useCallback, useMemo } from 'preact/hooks';
import { type Codecs, type StateOf, formatState, parseState } from './url-state.ts';

const address = signal(readAddress());

export const path = computed(() => address.value.path);
export const search = computed(() => address.value.search);

/** Goes to an address of this app. `replace` for changes nobody would want to step back through. */
export function navigate(href: string, options: { replace?: boolean } = {}): void {
  const url = new URL(href, location.href);
  const target = url.pathname + url.search + url.hash;
  if (target === location.pathname + location.search + location.hash) return;
  const newPage = url.pathname !== location.pathname;
  history[options.replace === true ? 'replaceState' : 'pushState'](null, '', target);
  address.value = readAddress();
  if (newPage) {
    scrollTo(0, 0);
    // A screen reader hears the new page from its heading, the keyboard continues there.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('main')?.focus());
  }
}

/** Page state kept in the URL: `const [state, setState] = useUrlState(postsUrl)`. */
export function useUrlState<C extends Codecs>(
  codecs: C,
): [
  state: StateOf<C>,
  set: (change: Partial<StateOf<C>>, options?: { replace?: boolean }) => void,
] {
  const query = search.value;
  // The same object while the address is the same: what depends on it alone is not built anew.
  const state = useMemo(() => parseState(codecs, query), [codecs, query]);
  const set = useCallback(
    (change: Partial<StateOf<C>>, options: { replace?: boolean } = {}) => {
      const now = parseState(codecs, location.search);
      const next = formatState(codecs, { ...now, ...change }, location.search);
      navigate(location.pathname + next, options);
    },
    [codecs],
  );
  return [state, set];
}

/** Ordinary links inside the app navigate without a reload; call once. */
export function startRouter(): void {
  addEventListener('popstate', () => {
    address.value = readAddress();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest('a');
    if (link === null || link === undefined || !isOurs(link)) return;
    event.preventDefault();
    navigate(link.href);
  });
}

function isOurs(link: HTMLAnchorElement): boolean {
  if (link.target !== '' || link.hasAttribute('download') || !link.hasAttribute('href'))
    return false;
  const url = new URL(link.href, location.href);
  if (url.origin !== location.origin) return false;
  // A place on this very page: the browser scrolls and moves the focus there better than we could.
  if (url.hash !== '' && url.pathname + url.search === location.pathname + location.search)
    return false;
  return !url.pathname.startsWith('/api/') && url.pathname !== '/metrics';
}

function readAddress(): { path: string; search: string } {
  return { path: location.pathname, search: location.search };
}
