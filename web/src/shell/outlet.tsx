import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { matchPath } from '../router/match.ts';
import { navigate, path } from '../router/router.ts';
import { ROUTES, type PageProps, type Route } from '../router/routes.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Page } from '../ui/layout.tsx';
import { EmptyState, Skeleton } from '../ui/state.tsx';
import { words } from './words.ts';

type Shown =
  | { kind: 'page'; route: Route; component: ComponentType<PageProps> }
  | { kind: 'failed' }
  | { kind: 'loading' };

/** The page of the current address; the old one stays until the new one's chunk is here. */
export function Outlet() {
  const found = findRoute(path.value);
  const [shown, setShown] = useState<Shown>({ kind: 'loading' });
  const route = found?.route;

  useEffect(() => {
    if (path.value === '/') navigate('/live', { replace: true });
  }, [path.value]);
  useEffect(() => {
    if (route === undefined) return;
    let wanted = true;
    route.load().then(
      (component) => wanted && setShown({ kind: 'page', route, component }),
      // A chunk of an older build is gone from the server: only a reload helps, so that is offered.
      () => wanted && setShown({ kind: 'failed' }),
    );
    return () => {
      wanted = false;
    };
  }, [route]);

  if (found === null) return path.value === '/' ? null : <NotFound />;
  if (shown.kind === 'failed') return <ChunkFailed />;
  if (shown.kind === 'loading' || shown.route !== found.route) {
    return (
      <div class="page">
        <Skeleton lines={6} />
      </div>
    );
  }
  const Shown = shown.component;
  return <Shown params={found.params} />;
}

/** Fetches the page's chunk before the shell is drawn; a failure shows when the page itself asks. */
export function preloadRoute(at: string): void {
  findRoute(at === '/' ? '/live' : at)
    ?.route.load()
    .catch(() => undefined);
}

function findRoute(at: string): { route: Route; params: Record<string, string> } | null {
  for (const route of ROUTES) {
    const params = matchPath(route.pattern, at);
    if (params !== null) return { route, params };
  }
  return null;
}

function NotFound() {
  return (
    <Page title={t(words.notFound)}>
      <EmptyState
        icon="search"
        title={t(words.notFound)}
        text={t(words.notFoundText)}
        action={
          <LinkButton href="/live" variant="primary">
            {t(words.toLive)}
          </LinkButton>
        }
      />
    </Page>
  );
}

function ChunkFailed() {
  return (
    <Page title={t(words.chunkFailed)}>
      <EmptyState
        icon="refresh"
        title={t(words.chunkFailed)}
        text={t(words.chunkFailedText)}
        action={
          <Button variant="primary" onClick={() => location.reload()}>
            {t(words.reload)}
          </Button>
        }
      />
    </Page>
  );
}
