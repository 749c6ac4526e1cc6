import { t, tw } from '../i18n/i18n.ts';
import { path } from '../router/router.ts';
import { NAVIGATION } from '../router/routes.ts';
import { THEMES, prefs } from '../state/prefs.ts';
import { loadMeta, loginNeeded, meta, user } from '../state/session.ts';
import { firingCount } from '../state/incidents.ts';
import { send } from '../api/client.ts';
import { IconButton } from '../ui/button.tsx';
import { DemoBadge } from '../ui/data.tsx';
import { Icon, Logo } from '../ui/icon.tsx';
import { Kbd } from '../ui/layout.tsx';
import { Popover } from '../ui/overlay.tsx';
import { toastError } from '../ui/toast.tsx';
import { switchLanguage } from './command-palette.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { DemoChip } from './demo-chip.tsx';
import { helpOpen, paletteOpen } from './overlays.ts';
import { words } from './words.ts';

const THEME_ICON = { system: 'auto', light: 'sun', dark: 'moon' } as const;
const THEME_WORD = {
  system: words.themeSystem,
  light: words.themeLight,
  dark: words.themeDark,
} as const;
/** Shown in the bar at the bottom of a phone; the rest is behind "more". */
const PHONE_TABS = ['/live', '/topics', '/alerts', '/posts'];

/** Left side on wide screens, a rail of icons on middle ones. */
export function Sidebar() {
  return (
    <header class="nav">
      <div class="nav-brand">
        <a href="/live" aria-label={t(words.home)}>
          <Logo />
        </a>
      </div>
      <button
        type="button"
        class="nav-search"
        onClick={() => {
          paletteOpen.value = true;
        }}
      >
        <Icon name="search" size={15} />
        <span>{t(words.commands)}</span>
        <Kbd>⌘K</Kbd>
      </button>
      <nav aria-label={t(words.navigation)}>
        <ul class="nav-list">
          {NAVIGATION.map((item) => (
            <li key={item.href}>
              <NavLink item={item} />
            </li>
          ))}
        </ul>
      </nav>
      <div class="nav-foot">
        <DemoChip />
        <ConnectionBadge side="top" />
        <Tools />
      </div>
    </header>
  );
}

function NavLink({ item }: { item: (typeof NAVIGATION)[number] }) {
  const here = path.value === item.href || path.value.startsWith(`${item.href}/`);
  const firing = item.href === '/alerts' ? firingCount.value : 0;
  return (
    <a
      class="nav-link"
      href={item.href}
      title={tw(item.word)}
      aria-current={here ? 'page' : undefined}
    >
      <Icon name={item.icon} />
      <span>{tw(item.word)}</span>
      {firing > 0 && (
        <span class="nav-count">
          <span aria-hidden="true">{firing}</span>
          <span class="sr-only">{t(words.firing, { n: firing })}</span>
        </span>
      )}
    </a>
  );
}

function Tools() {
  const theme = prefs.theme.value;
  return (
    <div class="nav-tools">
      <button type="button" class="lang-switch" title={t(words.language)} onClick={switchLanguage}>
        <span aria-hidden="true">{t(words.languageShort)}</span>
        <span class="sr-only">{t(words.language)}</span>
      </button>
      <IconButton
        icon={THEME_ICON[theme]}
        label={`${t(words.theme)}: ${t(THEME_WORD[theme])}`}
        onClick={() => {
          prefs.theme.value = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
        }}
      />
      <IconButton
        icon="help"
        label={t(words.help)}
        onClick={() => {
          helpOpen.value = true;
        }}
      />
      {user.value !== null && meta.value?.auth.required === true && (
        <IconButton
          icon="logout"
          label={`${t(words.logout)} (${user.value.name})`}
          onClick={() => {
            send('POST', '/logout')
              .then(loadMeta)
              .then(() => {
                loginNeeded.value = true;
              })
              .catch(toastError);
          }}
        />
      )}
    </div>
  );
}

/** Phones: brand and health on top … */
export function TopBar() {
  return (
    <header class="topbar">
      <a href="/live" aria-label={t(words.home)}>
        <Logo size={24} />
      </a>
      {meta.value?.demo.present === true && <DemoBadge />}
      <ConnectionBadge align="end" />
      <IconButton
        icon="search"
        label={t(words.commands)}
        onClick={() => {
          paletteOpen.value = true;
        }}
      />
    </header>
  );
}

/** … and the way around at the bottom. */
export function TabBar() {
  const shown = NAVIGATION.filter((item) => PHONE_TABS.includes(item.href));
  const rest = NAVIGATION.filter((item) => !PHONE_TABS.includes(item.href));
  return (
    <nav class="tabbar" aria-label={t(words.navigation)}>
      {shown.map((item) => (
        <a
          key={item.href}
          href={item.href}
          aria-current={path.value.startsWith(item.href) ? 'page' : undefined}
        >
          <Icon name={item.icon} size={20} />
          {tw(item.word)}
        </a>
      ))}
      <Popover
        label={t(words.more)}
        side="top"
        align="end"
        trigger={(attributes) => (
          <button type="button" {...attributes}>
            <Icon name="menu" size={20} />
            {t(words.more)}
          </button>
        )}
      >
        {(close) => (
          <div class="stack tight">
            <DemoChip />
            <div onClick={close}>
              {rest.map((item) => (
                <a key={item.href} class="menu-item" href={item.href}>
                  <Icon name={item.icon} /> {tw(item.word)}
                </a>
              ))}
            </div>
            <Tools />
          </div>
        )}
      </Popover>
    </nav>
  );
}
