import { t, tw } from '../i18n/i18n.ts';
import type { Word } from '../i18n/words.ts';
import { NAVIGATION } from '../router/routes.ts';
import { prefs } from '../state/prefs.ts';
import { Switch } from '../ui/form.tsx';
import { Kbd } from '../ui/layout.tsx';
import { Dialog } from '../ui/overlay.tsx';
import { helpOpen } from './overlays.ts';
import { words } from './words.ts';

const GENERAL: readonly [string, Word][] = [
  ['⌘K', words.keyPalette],
  ['/', words.keySearch],
  ['?', words.keyHelp],
  ['Esc', words.keyClose],
];
const LIVE: readonly [string, Word][] = [
  ['space', words.keyPause],
  ['1 – 6', words.keyTopics],
  ['h d w', words.keyRanges],
  ['v', words.keyMetric],
  ['x', words.keyCompare],
  ['t', words.keyTable],
  ['+ −', words.keyZoom],
  [', .', words.keyPan],
  ['← →', words.keyCrosshair],
  ['[ ]', words.keySpikes],
];

/** `?`: all keys, and how the index is made. */
export function Help() {
  return (
    <Dialog
      open={helpOpen.value}
      width="l"
      title={t(words.helpTitle)}
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <div class="stack">
        <Switch
          label={t(words.keysOff)}
          checked={prefs.shortcuts.value}
          onValue={(on) => {
            prefs.shortcuts.value = on;
          }}
        />
        <div class="help-grid">
          <Keys title={t(words.keysGeneral)} keys={GENERAL} />
          <Keys
            title={t(words.keysGo)}
            keys={NAVIGATION.map((item) => [`g ${item.key}`, item.word])}
          />
          <Keys title={t(words.keysLive)} keys={LIVE} />
        </div>
        <div>
          <h3>{t(words.helpMood)}</h3>
          <p class="muted">{t(words.helpMoodText)}</p>
        </div>
      </div>
    </Dialog>
  );
}

function Keys(props: { title: string; keys: readonly (readonly [string, Word])[] }) {
  return (
    <section>
      <h3>{props.title}</h3>
      {props.keys.map(([key, word]) => (
        <div key={key} class="help-row">
          <span>{tw(word)}</span>
          <Kbd>{key}</Kbd>
        </div>
      ))}
    </section>
  );
}
