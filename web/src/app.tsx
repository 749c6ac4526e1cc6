import { useEffect } from 'preact/hooks';
import { Login, Setup } from './access/access.tsx';
import { t } from './i18n/i18n.ts';
import { navigate, path } from './router/router.ts';
import { CommandPalette } from './shell/command-palette.tsx';
import { ConnectionBanner } from './shell/connection-badge.tsx';
import { Help } from './shell/help.tsx';
import { LanguageOffer } from './shell/language-offer.tsx';
import { Sidebar, TabBar, TopBar } from './shell/nav.tsx';
import { Outlet } from './shell/outlet.tsx';
import { words } from './shell/words.ts';
import { printing } from './state/prefs.ts';
import { isOutside, loadMeta, meta, metaError } from './state/session.ts';
import { time, zone } from './ui/format.ts';
import { Logo } from './ui/icon.tsx';
import { ErrorState } from './ui/state.tsx';
import { Toasts } from './ui/toast.tsx';

export function App() {
  const empty = meta.value?.empty === true && !meta.value.demo.present;
  useEffect(() => {
    if (empty && (path.value === '/live' || path.value === '/'))
      navigate('/welcome', { replace: true });
  }, [empty]);

  if (isOutside.value) {
    return (
      <>
        <LanguageOffer />
        {meta.value?.auth.setup === true ? <Setup /> : <Login />}
      </>
    );
  }
  if (meta.value === null && metaError.value !== null) return <ServerUnreachable />;
  return (
    <>
      <a class="skip-link" href="#main">
        {t(words.skip)}
      </a>
      <div class="shell">
        <Sidebar />
        <TopBar />
        <main id="main" class="main" tabIndex={-1}>
          <LanguageOffer />
          <ConnectionBanner />
          <Outlet />
          <PrintFoot />
        </main>
        <TabBar />
      </div>
      <CommandPalette />
      <Help />
      <Toasts />
    </>
  );
}

function ServerUnreachable() {
  return (
    <main class="access">
      <div class="access-card">
        <Logo />
        {metaError.value !== null && (
          <ErrorState error={metaError.value} onRetry={() => void loadMeta()} />
        )}
      </div>
    </main>
  );
}

/** Paper cannot be clicked: it says where it came from. */
function PrintFoot() {
  if (!printing.value) return null;
  return (
    <p class="print-foot">
      {t(words.printed, { url: location.href, time: time(Date.now(), 'full'), zone: zone() })}
    </p>
  );
}
