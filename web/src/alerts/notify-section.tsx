import type { Rule } from '#shared/alert/rule.ts';
import type { ChannelView } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { serverZone } from '../state/session.ts';
import { Button, IconButton, LinkButton } from '../ui/button.tsx';
import { Checkbox, NumberField, Select, TextField } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { Loaded } from '../ui/state.tsx';
import type { RuleDraft } from './rule-draft.ts';
import { words } from './words.ts';

type Mute = Rule['mutes'][number];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const REPEATS = ['off', '60', '240', '720'] as const;
type Repeat = (typeof REPEATS)[number];

/** Channels, repeats and the times in which nobody wants to hear of it. */
export function NotifySection(props: {
  draft: RuleDraft;
  problem: (field: string) => string | undefined;
  onChange: (change: Partial<Rule>) => void;
}) {
  const { draft, onChange } = props;
  const channels = useQuery<{ items: ChannelView[] }>('/channels');
  const toggle = (id: string, on: boolean) =>
    onChange({
      channels: on ? [...draft.channels, id] : draft.channels.filter((other) => other !== id),
    });
  return (
    <Panel title={t(words.whom)}>
      <div class="stack">
        <Loaded query={channels}>
          {({ items }) =>
            items.length === 0 ? (
              <div class="row wrap">
                <p class="grow muted">{t(words.noChannels)}</p>
                <LinkButton size="s" icon="plus" href="/alerts/channels">
                  {t(words.addChannel)}
                </LinkButton>
              </div>
            ) : (
              <fieldset class="alerts-channels">
                <legend class="sr-only">{t(words.channels)}</legend>
                {items.map((channel) => (
                  <Checkbox
                    key={channel.id}
                    label={
                      <>
                        <bdi>{channel.name}</bdi> <span class="muted">{channel.type}</span>
                      </>
                    }
                    checked={draft.channels.includes(channel.id)}
                    onValue={(on) => toggle(channel.id, on)}
                  />
                ))}
              </fieldset>
            )
          }
        </Loaded>
        <Renotify draft={draft} onChange={onChange} />
        <div class="stack tight">
          <div class="row wrap">
            <h3 class="grow">{t(words.mutes)}</h3>
            <Button
              size="s"
              icon="plus"
              onClick={() =>
                onChange({
                  mutes: [
                    ...draft.mutes,
                    { weekdays: [...WEEKDAYS], from: '23:00', to: '07:00', zone: serverZone.value },
                  ],
                })
              }
            >
              {t(words.addMute)}
            </Button>
          </div>
          <p class="field-hint">{t(words.mutesHint)}</p>
          {draft.mutes.map((mute, index) => (
            <MuteRow
              key={index}
              mute={mute}
              error={
                props.problem(`mutes.${index}.zone`) ??
                props.problem(`mutes.${index}.from`) ??
                props.problem(`mutes.${index}.to`)
              }
              onChange={(changed) =>
                onChange({
                  mutes: draft.mutes.map((other, at) => (at === index ? changed : other)),
                })
              }
              onRemove={() => onChange({ mutes: draft.mutes.filter((_, at) => at !== index) })}
            />
          ))}
        </div>
      </div>
    </Panel>
  );
}

function Renotify(props: { draft: RuleDraft; onChange: (change: Partial<Rule>) => void }) {
  const { renotify } = props.draft;
  const chosen: Repeat =
    renotify.mode === 'off'
      ? 'off'
      : (REPEATS.find((value) => value === String(renotify.minutes)) ?? '240');
  const labels = {
    off: words.renotifyOff,
    '60': words.every1h,
    '240': words.every4h,
    '720': words.every12h,
  };
  return (
    <div class="alerts-fields">
      <Select
        label={t(words.renotify)}
        value={chosen}
        options={REPEATS.map((value) => ({ value, label: t(labels[value]) }))}
        onValue={(value) =>
          props.onChange({
            renotify:
              value === 'off'
                ? { mode: 'off' }
                : {
                    mode: 'every',
                    minutes: Number(value),
                    max: renotify.mode === 'every' ? renotify.max : 3,
                  },
          })
        }
      />
      {renotify.mode === 'every' && (
        <NumberField
          label={t(words.renotifyMax)}
          unit={t(words.times)}
          min={1}
          max={100}
          step={1}
          value={renotify.max}
          onValue={(max) =>
            props.onChange({
              renotify: { ...renotify, max: Math.max(1, Math.round(max ?? 1)) },
            })
          }
        />
      )}
    </div>
  );
}

function MuteRow(props: {
  mute: Mute;
  error: string | undefined;
  onChange: (mute: Mute) => void;
  onRemove: () => void;
}) {
  const { mute } = props;
  const names = [words.wd1, words.wd2, words.wd3, words.wd4, words.wd5, words.wd6, words.wd7];
  const toggle = (day: number, on: boolean) => {
    const weekdays = on
      ? [...mute.weekdays, day].sort((a, b) => a - b)
      : mute.weekdays.filter((other) => other !== day);
    if (weekdays.length > 0) props.onChange({ ...mute, weekdays });
  };
  return (
    <div class="alerts-mute">
      <fieldset class="alerts-weekdays">
        <legend class="sr-only">{t(words.weekdays)}</legend>
        {WEEKDAYS.map((day, index) => (
          <Checkbox
            key={day}
            label={t(names[index] ?? words.wd1)}
            checked={mute.weekdays.includes(day)}
            onValue={(on) => toggle(day, on)}
          />
        ))}
      </fieldset>
      <TextField
        label={t(words.from)}
        type="time"
        value={mute.from}
        onValue={(from) => props.onChange({ ...mute, from })}
      />
      <TextField
        label={t(words.to)}
        type="time"
        value={mute.to}
        onValue={(to) => props.onChange({ ...mute, to })}
        hint={mute.zone}
        error={props.error}
      />
      <IconButton icon="close" label={t(words.removeMute)} onClick={props.onRemove} />
    </div>
  );
}
