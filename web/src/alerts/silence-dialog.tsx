import type { RuleView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { usePosted } from '../api/use-posted.ts';
import { useQuery } from '../api/use-query.ts';
import { fromLocalInput, toLocalInput } from '../i18n/local-time.ts';
import { t } from '../i18n/i18n.ts';
import { topics } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { DateField } from '../ui/date-field.tsx';
import { explainError } from '../ui/error-text.ts';
import { FormDialog, useAction } from '../ui/form-dialog.tsx';
import { Segmented, Select, TextField } from '../ui/form.tsx';
import { time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';
import { words } from './words.ts';

const LENGTHS = ['1', '4', '24', 'custom'] as const;
type Length = (typeof LENGTHS)[number];

interface SilencePreview {
  rules: { id: string; name: string; firing: boolean }[];
}

/** Scope and end of a silence, with the rules it will cover shown before it is made. */
export function SilenceDialog(props: {
  topic?: string;
  ruleId?: string;
  onClose: () => void;
  onSaved: () => void;
}) {
  const [now] = useState(() => viewNow() ?? Date.now());
  const [topic, setTopic] = useState(props.ruleId === undefined ? (props.topic ?? '') : '');
  const [ruleId, setRuleId] = useState(props.ruleId ?? '');
  const [length, setLength] = useState<Length>('1');
  const [custom, setCustom] = useState(toLocalInput(now + 7_200_000, zone()));
  const [reason, setReason] = useState('');
  const rules = useQuery<{ items: RuleView[] }>('/rules');
  const until =
    length === 'custom' ? fromLocalInput(custom, zone()) : now + Number(length) * 3_600_000;
  const valid = until !== null && until > now;
  const body = valid ? { topic, ruleId, reason, until: new Date(until).toISOString() } : null;
  const preview = usePosted<SilencePreview>('/silences/preview', body, 250);
  const action = useAction(async () => {
    if (body === null || until === null) return;
    await send('POST', '/silences', body);
    toast(t(words.silenceMade, { time: time(until) }));
    props.onSaved();
    props.onClose();
  });
  return (
    <FormDialog
      title={t(words.newSilence)}
      onClose={props.onClose}
      action={action}
      onSave={action.run}
      ready={valid}
      saveLabel={t(words.create)}
    >
      <div class="alerts-fields">
        <Select
          label={t(words.topic)}
          value={topic}
          options={[
            { value: '', label: t(words.allTopics) },
            ...(topics.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={setTopic}
        />
        <Select
          label={t(words.rule)}
          value={ruleId}
          options={[
            { value: '', label: t(words.allRules) },
            ...(rules.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={setRuleId}
        />
      </div>
      <div class="field">
        <span class="field-label">{t(words.untilIn)}</span>
        <Segmented
          label={t(words.untilIn)}
          value={length}
          options={[
            { value: '1', label: t(words.for1h) },
            { value: '4', label: t(words.for4h) },
            { value: '24', label: t(words.for1d) },
            { value: 'custom', label: t(words.forCustom) },
          ]}
          onValue={setLength}
        />
      </div>
      {length === 'custom' && (
        <DateField
          withTime
          label={t(words.until)}
          hint={t(words.fullDay, { zone: zone() })}
          value={custom}
          onValue={setCustom}
        />
      )}
      <TextField label={t(words.reason)} maxLength={300} value={reason} onValue={setReason} />
      <div role="status" class="alerts-scope">
        {preview.error !== undefined && <p class="field-error">{explainError(preview.error)}</p>}
        {preview.data !== undefined && <ScopePreview rules={preview.data.rules} />}
      </div>
    </FormDialog>
  );
}

function ScopePreview({ rules }: { rules: SilencePreview['rules'] }) {
  if (rules.length === 0) return <p class="muted">{t(words.silencePreviewNone)}</p>;
  const firing = rules.filter((rule) => rule.firing).length;
  return (
    <>
      <p>
        <b>{t(words.silencePreview, { n: rules.length, k: firing })}</b>
      </p>
      <ul>
        {rules.slice(0, 12).map((rule) => (
          <li key={rule.id} class="row">
            {rule.firing && <Icon name="bolt" size={14} />}
            <bdi>{rule.name}</bdi>
            {rule.firing && <span class="muted">{t(words.stFiring)}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
