import type { ChannelView, ScheduleView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { allZones } from '../settings/zones.ts';
import { prefs } from '../state/prefs.ts';
import { canEdit, serverZone } from '../state/session.ts';
import { topics } from '../state/topics.ts';
import { Button, IconButton, LinkButton } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormDialog, useAction } from '../ui/form-dialog.tsx';
import { Checkbox, Segmented, Select, Switch, TextField } from '../ui/form.tsx';
import { ListPanel } from '../ui/list-panel.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { topicNames } from './report-state.tsx';
import { words } from './words.ts';

type Draft = Omit<ScheduleView, 'id' | 'nextAt' | 'lastDay'>;
const ATTACHMENTS = ['pdf', 'xlsx', 'csv', 'md', 'json'] as const;
/** Feishu and others ask to avoid the full and half hours (shared/report/schedule.ts). */
const DEFAULT_TIME = '08:07';

function newSchedule(): Draft {
  return {
    name: '',
    topics: [],
    time: DEFAULT_TIME,
    zone: serverZone.value,
    lang: prefs.language.value,
    period: 'day',
    channels: [],
    formats: ['pdf', 'xlsx'],
    emptyDays: true,
    enabled: true,
  };
}

export function SchedulesTab() {
  const schedules = useQuery<{ items: ScheduleView[] }>('/report-schedules');
  const [editing, setEditing] = useState<ScheduleView | 'new' | null>(null);
  const toggle = async (schedule: ScheduleView, enabled: boolean) => {
    try {
      await send('PATCH', `/report-schedules/${schedule.id}`, { enabled });
    } catch (cause) {
      toastError(cause);
    }
    schedules.reload();
  };
  const add = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t(words.addSchedule)}
    </Button>
  );
  return (
    <>
      <ListPanel
        title={t(words.schedules)}
        hint={t(words.schedulesHint)}
        query={schedules}
        empty={{ icon: 'clock', title: t(words.schedulesNone), text: t(words.schedulesNoneText) }}
        add={canEdit.value && add}
      >
        {(items) => (
          <Table
            caption={t(words.schedules)}
            rows={items}
            rowKey={(schedule) => schedule.id}
            columns={[
              {
                key: 'name',
                title: t(words.name),
                primary: true,
                cell: (schedule) => <bdi>{schedule.name}</bdi>,
              },
              {
                key: 'topics',
                title: t(words.topics),
                cell: (schedule) => <bdi class="reports-topics">{topicNames(schedule.topics)}</bdi>,
              },
              {
                key: 'when',
                title: t(words.time),
                cell: (schedule) => (
                  <span>
                    {t(schedule.period === 'day' ? words.periodDay : words.periodWeek)}{' '}
                    {schedule.time}
                    <span class="muted"> {schedule.zone}</span>
                  </span>
                ),
              },
              {
                key: 'next',
                title: t(words.next),
                cell: (schedule) =>
                  !schedule.enabled ? (
                    <Badge>{t(words.off)}</Badge>
                  ) : schedule.nextAt === null ? (
                    '–'
                  ) : (
                    <Time at={schedule.nextAt} />
                  ),
              },
              {
                key: 'last',
                title: t(words.last),
                cell: (schedule) =>
                  schedule.lastDay === null ? (
                    t(words.never)
                  ) : (
                    <a href={`/reports/${schedule.lastDay}`}>{schedule.lastDay}</a>
                  ),
              },
              {
                key: 'enabled',
                title: t(words.enabled),
                cell: (schedule) => (
                  <Checkbox
                    label={
                      <span class="sr-only">{t(words.enableOf, { name: schedule.name })}</span>
                    }
                    checked={schedule.enabled}
                    disabled={!canEdit.value}
                    onValue={(enabled) => void toggle(schedule, enabled)}
                  />
                ),
              },
              {
                key: 'actions',
                title: t(common.edit),
                hideTitle: true,
                cell: (schedule) =>
                  canEdit.value && (
                    <span class="row">
                      <IconButton
                        size="s"
                        icon="edit"
                        label={`${t(words.editSchedule)}: ${schedule.name}`}
                        onClick={() => setEditing(schedule)}
                      />
                      <ConfirmButton
                        iconOnly
                        size="s"
                        label={`${t(words.remove)}: ${schedule.name}`}
                        title={t(words.removeTitle, { name: schedule.name })}
                        text={<p>{t(words.removeText)}</p>}
                        onConfirm={async () => {
                          await send('DELETE', `/report-schedules/${schedule.id}`);
                          toast(t(words.removed, { name: schedule.name }));
                          schedules.reload();
                        }}
                      />
                    </span>
                  ),
              },
            ]}
          />
        )}
      </ListPanel>
      {editing !== null && (
        <ScheduleDialog
          schedule={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            schedules.reload();
          }}
        />
      )}
    </>
  );
}

function ScheduleDialog(props: {
  schedule: ScheduleView | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const { schedule } = props;
  const [draft, setDraft] = useState<Draft>(() => draftOf(schedule));
  const channels = useQuery<{ items: ChannelView[] }>('/channels');
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const toggled = (list: readonly string[], item: string, on: boolean) =>
    on ? [...list, item] : list.filter((other) => other !== item);
  const ready = draft.name.trim() !== '' && /^\d\d:\d\d$/.test(draft.time);
  const action = useAction(async () => {
    const body = { ...draft, name: draft.name.trim() };
    if (schedule === null) await send('POST', '/report-schedules', body);
    else await send('PATCH', `/report-schedules/${schedule.id}`, body);
    toast(t(words.saved, { name: body.name }));
    props.onSaved();
  });
  return (
    <FormDialog
      title={t(schedule === null ? words.newSchedule : words.editSchedule)}
      onClose={props.onClose}
      action={action}
      onSave={action.run}
      ready={ready}
      fields={['name', 'time']}
    >
      <TextField
        label={t(words.name)}
        required
        autoFocus
        maxLength={120}
        placeholder={t(words.namePlaceholder)}
        value={draft.name}
        onValue={(name) => set({ name })}
        error={fieldError(action.error, 'name')}
      />
      <div class="reports-fields">
        <div class="field">
          <span class="field-label">{t(words.period)}</span>
          <Segmented
            label={t(words.period)}
            value={draft.period}
            options={[
              { value: 'day', label: t(words.periodDay) },
              { value: 'week', label: t(words.periodWeek) },
            ]}
            onValue={(period) => set({ period })}
          />
        </div>
        <div class="field">
          <span class="field-label">{t(words.lang)}</span>
          <Segmented
            label={t(words.lang)}
            value={draft.lang}
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
            onValue={(lang) => set({ lang })}
          />
        </div>
        <TextField
          label={t(words.time)}
          hint={t(words.timeHint)}
          type="time"
          required
          value={draft.time}
          onValue={(time) => set({ time })}
          error={fieldError(action.error, 'time')}
        />
        <Select
          label={t(words.zoneLabel)}
          value={draft.zone}
          options={[...new Set([draft.zone, ...allZones()])].map((value) => ({
            value,
            label: value,
          }))}
          onValue={(zone) => set({ zone })}
        />
      </div>
      <Choices
        title={t(words.topics)}
        none={t(words.allTopics)}
        options={(topics.value ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        chosen={draft.topics}
        onToggle={(topic, on) => set({ topics: toggled(draft.topics, topic, on) })}
      />
      {channels.data !== undefined && channels.data.items.length === 0 ? (
        <div class="row wrap">
          <p class="grow muted">{t(words.channelsNone)}</p>
          <LinkButton size="s" icon="plus" href="/alerts/channels">
            {t(words.addChannel)}
          </LinkButton>
        </div>
      ) : (
        <Choices
          title={t(words.channels)}
          none={t(words.channelsNone)}
          options={(channels.data?.items ?? []).map(({ id, name }) => ({
            value: id,
            label: name,
          }))}
          chosen={draft.channels}
          onToggle={(channel, on) => set({ channels: toggled(draft.channels, channel, on) })}
        />
      )}
      <Choices
        title={t(words.formats)}
        none=""
        options={ATTACHMENTS.map((value) => ({ value, label: value.toUpperCase() }))}
        chosen={draft.formats}
        onToggle={(format, on) => set({ formats: toggled(draft.formats, format, on) })}
      />
      <Switch
        label={t(words.emptyDays)}
        checked={draft.emptyDays}
        onValue={(emptyDays) => set({ emptyDays })}
      />
      <Switch
        label={t(words.enabled)}
        checked={draft.enabled}
        onValue={(enabled) => set({ enabled })}
      />
    </FormDialog>
  );
}

/** Any number of a few; `none` says what choosing nothing means. */
function Choices(props: {
  title: string;
  none: string;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onToggle: (value: string, on: boolean) => void;
}) {
  return (
    <fieldset class="reports-choices">
      <legend class="field-label">{props.title}</legend>
      <div class="row wrap">
        {props.options.map(({ value, label }) => (
          <Checkbox
            key={value}
            label={<bdi>{label}</bdi>}
            checked={props.chosen.includes(value)}
            onValue={(on) => props.onToggle(value, on)}
          />
        ))}
      </div>
      {props.chosen.length === 0 && props.none !== '' && <p class="field-hint">{props.none}</p>}
    </fieldset>
  );
}

function draftOf(schedule: ScheduleView | null): Draft {
  if (schedule === null) return newSchedule();
  const {
    name,
    topics: ids,
    time,
    zone,
    lang,
    period,
    channels,
    formats,
    emptyDays,
    enabled,
  } = schedule;
  return { name, topics: ids, time, zone, lang, period, channels, formats, emptyDays, enabled };
}
