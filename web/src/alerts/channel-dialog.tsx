import type { ChannelType } from '#shared/alert/channel.ts';
import type { ChannelView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { t, tw } from '../i18n/i18n.ts';
import { prefs } from '../state/prefs.ts';
import { Button } from '../ui/button.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormDialog, useAction } from '../ui/form-dialog.tsx';
import { NumberField, Segmented, Select, Switch, TagsField, TextField } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import {
  CHANNELS,
  CHANNEL_NAMES,
  type ChannelField,
  type FieldValues,
  initialValues,
  missingFields,
  nested,
} from './channel-fields.ts';
import { words } from './channel-words.ts';

/** Changing one of these sends the next message elsewhere: stored secrets do not follow (shared/alert/channel.ts). */
const DESTINATION = ['url', 'baseUrl', 'host', 'port'];

export function ChannelDialog(props: {
  channel: ChannelView | null;
  others: readonly ChannelView[];
  onClose: () => void;
  onSaved: (saved: ChannelView, test: boolean) => void;
}) {
  const { channel } = props;
  const [type, setType] = useState<ChannelType>((channel?.type as ChannelType) ?? 'dingtalk');
  const [name, setName] = useState(channel?.name ?? '');
  const [lang, setLang] = useState(channel?.lang ?? prefs.language.value);
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [fallback, setFallback] = useState(channel?.fallback ?? '');
  const [values, setValues] = useState<FieldValues>(initialValues(type, channel?.settings));

  const before = initialValues(type, channel?.settings);
  const moved =
    channel !== null &&
    DESTINATION.some((field) => field in values && values[field] !== before[field]);
  const stored = channel === null || moved ? [] : channel.hasSecret;
  const missing = missingFields(type, values, stored);
  const ready = name.trim() !== '' && missing.length === 0;

  const action = useAction(async (test: boolean) => {
    const body = {
      type,
      name: name.trim(),
      lang,
      enabled,
      fallback: fallback === '' ? null : fallback,
      ...nested(values),
    };
    const saved =
      channel === null
        ? await send<ChannelView>('POST', '/channels', body)
        : await send<ChannelView>('PATCH', `/channels/${channel.id}`, body);
    toast(t(words.saved, { name: saved.name }));
    props.onSaved(saved, test);
  });
  const fieldNames = CHANNELS[type].fields.map((field) => field.name.replace('.', '/'));
  return (
    <FormDialog
      title={t(channel === null ? words.newChannel : words.editChannel)}
      onClose={props.onClose}
      action={action}
      onSave={() => action.run(true)}
      ready={ready}
      fields={['name', ...fieldNames]}
      saveLabel={t(words.saveTest)}
      more={
        <Button disabled={!ready} busy={action.busy} onClick={() => void action.run(false)}>
          {t(common.save)}
        </Button>
      }
    >
      {channel === null && (
        <Select
          label={t(words.type)}
          value={type}
          options={CHANNEL_NAMES.map((value) => ({ value, label: tw(CHANNELS[value].word) }))}
          onValue={(next) => {
            setType(next);
            setValues(initialValues(next));
          }}
        />
      )}
      <TextField
        label={t(words.name)}
        required
        maxLength={120}
        value={name}
        onValue={setName}
        error={fieldError(action.error, 'name')}
      />
      {moved && (
        <p class="alerts-warnings">
          <Icon name="warning" size={14} /> {t(words.secretMoved)}
        </p>
      )}
      {CHANNELS[type].fields.map((field) => (
        <FieldInput
          key={`${type}.${field.name}`}
          field={field}
          value={values[field.name]}
          set={stored.includes(field.name)}
          error={fieldError(action.error, field.name.replace('.', '/'))}
          onValue={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <div class="field">
        <span class="field-label">{t(words.lang)}</span>
        <Segmented
          label={t(words.lang)}
          value={lang}
          options={[
            { value: 'zh', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
          onValue={setLang}
        />
      </div>
      <Select
        label={t(words.fallback)}
        value={fallback}
        options={[
          { value: '', label: t(words.fallbackNone) },
          ...props.others
            .filter((other) => other.id !== channel?.id)
            .map((other) => ({ value: other.id, label: other.name })),
        ]}
        onValue={setFallback}
      />
      <Switch label={t(words.enabled)} checked={enabled} onValue={setEnabled} />
    </FormDialog>
  );
}

function FieldInput(props: {
  field: ChannelField;
  value: unknown;
  /** A secret of this name is stored. */
  set: boolean;
  error: string | undefined;
  onValue: (value: unknown) => void;
}) {
  const { field, value, onValue, error } = props;
  const label =
    field.required === true || field.kind === 'switch' || field.kind === 'choice'
      ? tw(field.label)
      : `${tw(field.label)} · ${t(words.optional)}`;
  const hint = field.hint === undefined ? {} : { hint: tw(field.hint) };
  switch (field.kind) {
    case 'number':
      return (
        <NumberField
          label={label}
          {...hint}
          min={1}
          max={65_535}
          step={1}
          value={typeof value === 'number' ? value : null}
          onValue={(number) => onValue(number ?? field.initial)}
          error={error}
        />
      );
    case 'tags':
      return (
        <TagsField
          label={label}
          {...hint}
          value={Array.isArray(value) ? value.map(String) : []}
          onValue={onValue}
          removeLabel={(tag) => t(words.removeTag, { tag })}
          error={error}
        />
      );
    case 'choice':
      return (
        <Select
          label={label}
          {...hint}
          value={String(value)}
          options={(field.options ?? []).map((option) => ({
            value: option.value,
            label: tw(option.label),
          }))}
          onValue={onValue}
        />
      );
    case 'switch':
      return <Switch label={label} checked={value === true} onValue={onValue} />;
    case 'secret':
      return (
        <div class="alerts-secret">
          <TextField
            label={label}
            {...hint}
            type="password"
            autocomplete="off"
            maxLength={2000}
            placeholder={props.set ? t(words.secretSet) : ''}
            value={String(value ?? '')}
            onValue={onValue}
            error={error}
          />
          {field.hint === words.fWebhookSecretHint && (
            <Button size="s" icon="key" onClick={() => onValue(newWebhookSecret())}>
              {t(words.generate)}
            </Button>
          )}
        </div>
      );
    case 'text':
      return (
        <TextField
          label={label}
          {...hint}
          maxLength={2000}
          spellcheck={false}
          {...(field.placeholder === undefined ? {} : { placeholder: field.placeholder })}
          value={String(value ?? '')}
          onValue={onValue}
          error={error}
        />
      );
  }
}

/** 32 random bytes in the form of Standard Webhooks. The receiver's operator copies it from here before saving. */
function newWebhookSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
