import { useEffect, useRef, useState } from 'preact/hooks';
import { t, tw } from '../i18n/i18n.ts';
import { NAVIGATION } from '../router/routes.ts';
import { navigate } from '../router/router.ts';
import { prefs } from '../state/prefs.ts';
import { topics } from '../state/topics.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Kbd } from '../ui/layout.tsx';
import { helpOpen, paletteOpen } from './overlays.ts';
import { words } from './words.ts';

interface Command {
  id: string;
  group: string;
  label: string;
  /** Further words it is found by. */
  terms: string;
  icon: IconName;
  keys?: string;
  run: () => void;
}

/** ⌘K: everything by name. A combobox: the focus stays in the input, arrows move the choice. */
export function CommandPalette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const open = paletteOpen.value;

  useEffect(() => {
    if (!open) return;
    setQuery('');
    setChosen(0);
    dialog.current?.showModal();
  }, [open]);
  if (!open) return null;

  const found = findCommands(allCommands(query), query);
  const close = () => {
    dialog.current?.close();
    paletteOpen.value = false;
  };
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    close();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = (chosen + step + found.length) % Math.max(1, found.length);
      setChosen(next);
      list.current?.querySelectorAll('[role=option]')[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label={t(words.paletteTitle)}
      onCancel={close}
      onClose={close}
      onPointerDown={(event) => event.target === event.currentTarget && close()}
    >
      <input
        class="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length === 0 ? undefined : `command-${chosen}`}
        aria-label={t(words.commands)}
        placeholder={t(words.palettePlaceholder)}
        autocomplete="off"
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id="palette-list"
        class="palette-list"
        role="listbox"
        aria-label={t(words.paletteTitle)}
      >
        {found.length === 0 && <p class="palette-group">{t(words.paletteNone)}</p>}
        {found.map((command, index) => (
          <div key={command.id} role="presentation">
            {found[index - 1]?.group !== command.group && (
              <div class="palette-group" role="presentation">
                {command.group}
              </div>
            )}
            <div
              id={`command-${index}`}
              class="menu-item"
              role="option"
              aria-selected={index === chosen}
              onPointerMove={() => setChosen(index)}
              onClick={() => run(command)}
            >
              <Icon name={command.icon} size={16} />
              <span class="grow">{command.label}</span>
              {command.keys !== undefined && <Kbd>{command.keys}</Kbd>}
            </div>
          </div>
        ))}
      </div>
    </dialog>
  );
}

function allCommands(query: string): Command[] {
  const trimmed = query.trim();
  const go = NAVIGATION.map<Command>((item) => ({
    id: item.href,
    group: t(words.groupGo),
    label: tw(item.word),
    terms: `${item.word.join(' ')} ${item.href}`,
    icon: item.icon,
    keys: `g ${item.key}`,
    run: () => navigate(item.href),
  }));
  const perTopic = (topics.value ?? []).map<Command>((topic) => ({
    id: `topic-${topic.id}`,
    group: t(words.groupTopics),
    label: topic.name,
    terms: `${topic.name} ${topic.id} ${topic.aliases.join(' ')}`,
    icon: 'chart',
    run: () => navigate(`/live?topics=${topic.id}`),
  }));
  const search: Command[] =
    trimmed === ''
      ? []
      : [
          {
            id: 'search',
            group: t(words.groupActions),
            label: t(words.searchPosts, { q: trimmed }),
            terms: trimmed,
            icon: 'search',
            run: () => navigate(`/posts?q=${encodeURIComponent(trimmed)}`),
          },
        ];
  return [...go, ...perTopic, ...actions(), ...search];
}

function actions(): Command[] {
  const group = t(words.groupActions);
  const theme = (value: 'light' | 'dark' | 'system', label: string): Command => ({
    id: `theme-${value}`,
    group,
    label: `${t(words.theme)}: ${label}`,
    terms: `theme ${value} 配色 ${label}`,
    icon: value === 'dark' ? 'moon' : value === 'light' ? 'sun' : 'auto',
    run: () => {
      prefs.theme.value = value;
    },
  });
  return [
    {
      id: 'language',
      group,
      label: t(words.language),
      terms: 'language 语言 english 中文',
      icon: 'language',
      run: switchLanguage,
    },
    theme('light', t(words.themeLight)),
    theme('dark', t(words.themeDark)),
    theme('system', t(words.themeSystem)),
    {
      id: 'help',
      group,
      label: t(words.help),
      terms: 'help 帮助 快捷键 keyboard shortcuts',
      icon: 'help',
      keys: '?',
      run: () => {
        helpOpen.value = true;
      },
    },
    {
      id: 'docs',
      group,
      label: t(words.apiDocs),
      terms: 'api docs 文档',
      icon: 'terminal',
      run: () => location.assign('/docs'),
    },
  ];
}

export function switchLanguage(): void {
  prefs.language.value = prefs.language.value === 'zh' ? 'en' : 'zh';
}

/** Commands whose words hold every part of the query; those that begin with it come first. */
function findCommands(commands: Command[], query: string): Command[] {
  const parts = query
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== '');
  return commands.filter((command) => {
    const text = `${command.label} ${command.terms}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
