import type { Settings } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { tick } from '../live/feed.ts';
import { POLARITIES, type Polarity, THEMES, prefs } from '../state/prefs.ts';
import { isAdmin, loadMeta, serverZone } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { MOOD_GLYPH, moodWord } from '../ui/data.tsx';
import { Segmented, Select, Switch } from '../ui/form.tsx';
import { time, zone } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { Loaded } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { allZones } from './zones.ts';
import { words } from './words.ts';

const LANGUAGES = [
  { value: 'zh' as const, label: '中文' },
  { value: 'en' as const, label: 'English' },
];

export function DisplayTab() {
  const settings = useQuery<Settings>('/settings');
  return (
    <div class="stack">
      <BrowserPanel />
      <Panel
        title={t(words.serverWide)}
        hint={t(isAdmin.value ? words.serverWideHint : words.adminOnly)}
      >
        <Loaded query={settings}>
          {(data) => (
            <ServerForm key={JSON.stringify(data)} settings={data} onSaved={settings.put} />
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

function BrowserPanel() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Read so that the shown time moves on.
  const now = tick.value >= 0 ? Date.now() : 0;
  return (
    <Panel title={t(words.thisBrowser)} hint={t(words.thisBrowserHint)}>
      <div class="settings-form">
        <Row label={t(words.language)}>
          <Segmented
            label={t(words.language)}
            value={prefs.language.value}
            options={LANGUAGES}
            onValue={(language) => {
              prefs.language.value = language;
            }}
          />
        </Row>
        <Row label={t(words.theme)}>
          <Segmented
            label={t(words.theme)}
            value={prefs.theme.value}
            options={THEMES.map((value) => ({
              value,
              label: t(
                { system: words.themeSystem, light: words.themeLight, dark: words.themeDark }[
                  value
                ],
              ),
            }))}
            onValue={(theme) => {
              prefs.theme.value = theme;
            }}
          />
        </Row>
        <Select
          label={t(words.zone)}
          hint={t(words.zoneHint, { time: `${time(now, 'full')} (${zone()})` })}
          value={prefs.zone.value}
          options={[
            { value: '', label: t(words.zoneServer, { zone: serverZone.value }) },
            ...(own === '' ? [] : [{ value: own, label: t(words.zoneBrowser, { zone: own }) }]),
            ...allZones()
              .filter((name) => name !== own)
              .map((value) => ({ value, label: value })),
          ]}
          onValue={(chosen) => {
            prefs.zone.value = chosen;
          }}
        />
        <PolarityField
          value={prefs.polarity.value}
          onValue={(polarity) => {
            prefs.polarity.value = polarity;
          }}
        />
        <Switch
          label={t(words.shortcuts)}
          hint={t(words.shortcutsHint)}
          checked={prefs.shortcuts.value}
          onValue={(on) => {
            prefs.shortcuts.value = on;
          }}
        />
      </div>
    </Panel>
  );
}

/** Three conventions, each shown as it will look. */
function PolarityField(props: { value: Polarity; onValue: (polarity: Polarity) => void }) {
  const labels = {
    'blue-orange': words.polarityBlue,
    'red-up': words.polarityRedUp,
    'red-bad': words.polarityRedBad,
  };
  return (
    <fieldset class="settings-polarity">
      <legend class="field-label">{t(words.polarity)}</legend>
      {POLARITIES.map((polarity) => (
        <label key={polarity} class="checkbox">
          <input
            type="radio"
            name="polarity"
            checked={props.value === polarity}
            onChange={() => props.onValue(polarity)}
          />
          <span>{t(labels[polarity])}</span>
        </label>
      ))}
      <p class="field-hint">{t(words.polarityHint)}</p>
      <p class="row wrap settings-sample">
        {(['positive', 'neutral', 'negative'] as const).map((label) => (
          <span key={label} class={`mood mood-${label}`}>
            <span aria-hidden="true">{MOOD_GLYPH[label]}</span> {moodWord(label)}
          </span>
        ))}
      </p>
    </fieldset>
  );
}

function ServerForm(props: { settings: Settings; onSaved: (settings: Settings) => void }) {
  const { settings } = props;
  const [zoneName, setZone] = useState(settings.zone);
  const [language, setLanguage] = useState(settings.language);
  const [busy, setBusy] = useState(false);
  const changed = zoneName !== settings.zone || language !== settings.language;
  const save = async () => {
    setBusy(true);
    try {
      props.onSaved(await send<Settings>('PATCH', '/settings', { zone: zoneName, language }));
      await loadMeta();
      toast(t(words.saved));
    } catch (cause) {
      toastError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="settings-form">
      <Select
        label={t(words.serverZone)}
        value={zoneName}
        disabled={!isAdmin.value}
        options={[...new Set([settings.zone, ...allZones()])].map((value) => ({
          value,
          label: value,
        }))}
        onValue={setZone}
      />
      <Row label={t(words.serverLanguage)}>
        <Segmented
          label={t(words.serverLanguage)}
          value={language}
          options={LANGUAGES.map((option) => ({ ...option, disabled: !isAdmin.value }))}
          onValue={setLanguage}
        />
      </Row>
      {isAdmin.value && (
        <div>
          <Button variant="primary" disabled={!changed} busy={busy} onClick={() => void save()}>
            {t(words.save)}
          </Button>
        </div>
      )}
    </div>
  );
}

function Row(props: { label: string; children: preact.ComponentChildren }) {
  return (
    <div class="field">
      <span class="field-label" aria-hidden="true">
        {props.label}
      </span>
      <div>{props.children}</div>
    </div>
  );
}
