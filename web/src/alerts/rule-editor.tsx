import type { Rule, RuleKind } from '#shared/alert/rule.ts';
import type { RuleView, SourceView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t, tw } from '../i18n/i18n.ts';
import { navigate, useUrlState } from '../router/router.ts';
import { oneOf, text } from '../router/url-state.ts';
import { canEdit } from '../state/session.ts';
import { topics } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormError, useAction } from '../ui/form-dialog.tsx';
import { NumberField, Segmented, Select, Switch, TextField } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { BacktestPanel } from './backtest-panel.tsx';
import {
  KINDS,
  KIND_NAMES,
  defaultRecovery,
  fromTyped,
  toTyped,
  valueText,
  windowText,
} from './kinds.ts';
import { NotifySection } from './notify-section.tsx';
import {
  type RuleDraft,
  WINDOWS,
  changeKind,
  newRule,
  ruleBody,
  ruleErrors,
} from './rule-draft.ts';
import { RuleState } from './states.tsx';
import { words } from './words.ts';

/** Cannot be a rule's id, which the server makes. */
export const NEW_RULE = '~new';
const newUrl = { topic: text(), kind: oneOf(KIND_NAMES, 'mood') };
/** Surprise S of spec/mood-and-spikes.md section 2: more, balanced, fewer alerts. */
const SENSITIVITIES = { high: 3.5, balanced: 4, low: 5 } as const;

export function RuleEditor({ id }: { id: string }) {
  const isNew = id === NEW_RULE;
  const [wanted] = useUrlState(newUrl);
  const stored = useQuery<RuleView>(isNew ? null : `/rules/${encodeURIComponent(id)}`);
  if (isNew)
    return (
      <EditorForm
        start={newRule(wanted.kind, wanted.topic)}
        stored={null}
        onReload={() => undefined}
      />
    );
  if (stored.error?.status === 404) {
    return (
      <Page title={t(words.ruleNotFound)}>
        <EmptyState
          icon="alerts"
          title={t(words.ruleNotFound)}
          action={<LinkButton href="/alerts/rules">{t(words.backToRules)}</LinkButton>}
        />
      </Page>
    );
  }
  if (stored.data === undefined) {
    return (
      <Page title={t(words.editRule)}>
        <Loaded query={stored}>{() => null}</Loaded>
      </Page>
    );
  }
  return (
    <EditorForm
      key={stored.data.version}
      start={stored.data}
      stored={stored.data}
      onReload={stored.reload}
    />
  );
}

function EditorForm(props: { start: RuleDraft; stored: RuleView | null; onReload: () => void }) {
  const { stored } = props;
  const [draft, setDraft] = useState<RuleDraft>(props.start);
  const [touched, setTouched] = useState(stored !== null);
  const set = (change: Partial<Rule>) => {
    setTouched(true);
    setDraft((old) => ({ ...old, ...change }));
  };
  const action = useAction(async () => {
    const saved =
      stored === null
        ? await send<RuleView>('POST', '/rules', ruleBody(draft))
        : await send<RuleView>('PATCH', `/rules/${stored.id}`, ruleBody(draft), {
            ifMatch: stored.version,
          });
    toast(t(words.ruleSaved, { name: saved.name }));
    navigate('/alerts/rules');
  });
  const errors = ruleErrors(draft);
  const ready = Object.keys(errors).length === 0;
  const shown = touched ? errors : {};
  const problem = (field: string) => shown[field] ?? fieldError(action.error, field);

  return (
    <Page
      title={stored?.name ?? t(words.newRule)}
      wide
      lead={
        <span class="row wrap">
          <a href="/alerts/rules" class="alerts-back">
            <Icon name="chevronLeft" size={14} />
            {t(words.backToRules)}
          </a>
          {stored !== null && <RuleState rule={stored} />}
        </span>
      }
      actions={stored !== null && canEdit.value && <DeleteRule rule={stored} />}
    >
      <div class="alerts-editor">
        <div class="stack">
          <Panel title={t(words.what)} {...(canEdit.value ? {} : { hint: t(words.viewerHint) })}>
            <div class="stack">
              <TextField
                label={t(words.name)}
                required
                autoFocus={stored === null}
                maxLength={120}
                placeholder={t(words.namePlaceholder)}
                value={draft.name}
                onValue={(name) => set({ name })}
                error={fieldError(action.error, 'name')}
              />
              <Subject draft={draft} problem={problem} onDraft={setDraft} onChange={set} />
              <Condition draft={draft} problem={problem} onChange={set} />
            </div>
          </Panel>
          <Panel title={t(words.when)}>
            <Timing draft={draft} onChange={set} />
          </Panel>
          <NotifySection draft={draft} problem={problem} onChange={set} />
          {canEdit.value && (
            <div class="stack tight">
              <FormError
                error={action.error}
                fields={['name', 'keyword', 'critical', 'warning', 'recovery']}
                onReload={props.onReload}
              />
              <div class="row wrap">
                <Button
                  variant="primary"
                  busy={action.busy}
                  disabled={!ready || draft.name.trim() === ''}
                  onClick={() => void action.run()}
                >
                  {t(words.saveRule)}
                </Button>
                <Switch
                  label={t(words.ruleActive)}
                  checked={draft.enabled}
                  onValue={(enabled) => set({ enabled })}
                />
              </div>
            </div>
          )}
        </div>
        <BacktestPanel
          draft={draft}
          ready={ready}
          onThreshold={(name, value) => set({ [name]: value })}
        />
      </div>
    </Page>
  );
}

interface PartProps {
  draft: RuleDraft;
  problem: (field: string) => string | undefined;
  onChange: (change: Partial<Rule>) => void;
}

function Subject(props: PartProps & { onDraft: (draft: RuleDraft) => void }) {
  const { draft, problem, onChange } = props;
  const sources = useQuery<{ items: SourceView[] }>(
    draft.kind === 'source-silent' ? '/sources' : null,
  );
  return (
    <div class="alerts-fields">
      <Select
        label={t(words.kind)}
        hint={tw(KINDS[draft.kind].hint)}
        value={draft.kind}
        options={KIND_NAMES.map((value) => ({ value, label: tw(KINDS[value].word) }))}
        onValue={(kind: RuleKind) => props.onDraft(changeKind(draft, kind))}
      />
      {draft.kind === 'source-silent' ? (
        <Select
          label={t(words.source)}
          value={draft.source}
          options={[
            { value: '', label: t(words.chooseSource) },
            ...[
              ...new Set([
                ...(draft.source === '' ? [] : [draft.source]),
                ...(sources.data?.items ?? []).map((source) => source.name),
              ]),
            ].map((value) => ({ value, label: value })),
          ]}
          onValue={(source) => onChange({ source })}
        />
      ) : (
        <Select
          label={t(words.topic)}
          value={draft.topic}
          options={[
            { value: '', label: t(words.chooseTopic) },
            ...(topics.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={(topic) => onChange({ topic })}
        />
      )}
      {draft.kind === 'keyword' && (
        <TextField
          label={t(words.keyword)}
          required
          maxLength={100}
          value={draft.keyword}
          onValue={(keyword) => onChange({ keyword })}
          error={problem('keyword')}
        />
      )}
      {(problem('topic') ?? problem('source')) !== undefined && (
        <p class="field-error" role="alert">
          <Icon name="warning" size={14} /> {problem('topic') ?? problem('source')}
        </p>
      )}
    </div>
  );
}

function Condition(props: PartProps) {
  const { draft, problem, onChange } = props;
  const kind = KINDS[draft.kind];
  const unit = tw(kind.unit);
  const typed = (value: number | null) => (value === null ? null : toTyped(draft.kind, value));
  const stored = (value: number) => fromTyped(draft.kind, value);
  const limits = { min: kind.min, max: kind.max, step: kind.step };
  return (
    <div class="stack">
      <div class="alerts-fields">
        {draft.kind !== 'source-silent' && (
          <Select
            label={t(words.window)}
            value={String(draft.windowMinutes)}
            options={[...new Set<number>([...WINDOWS, draft.windowMinutes])]
              .sort((a, b) => a - b)
              .map((minutes) => ({ value: String(minutes), label: windowText(minutes) }))}
            onValue={(minutes) => onChange({ windowMinutes: Number(minutes) })}
          />
        )}
        {kind.twoSided && (
          <div class="field">
            <span class="field-label">{t(words.comparator)}</span>
            <Segmented
              label={t(words.comparator)}
              value={draft.comparator}
              options={(['above', 'below'] as const).map((value) => ({
                value,
                label: t(words[value]),
              }))}
              onValue={(comparator) => onChange({ comparator })}
            />
          </div>
        )}
        {draft.kind === 'spike' && (
          <div class="field">
            <span class="field-label">{t(words.sensitivity)}</span>
            <Segmented
              label={t(words.sensitivity)}
              value={
                (['high', 'balanced', 'low'] as const).find(
                  (name) => SENSITIVITIES[name] === draft.critical,
                ) ?? null
              }
              options={[
                { value: 'high', label: t(words.sensHigh) },
                { value: 'balanced', label: t(words.sensBalanced) },
                { value: 'low', label: t(words.sensLow) },
              ]}
              onValue={(name) => onChange({ critical: SENSITIVITIES[name] })}
            />
          </div>
        )}
      </div>
      <fieldset class="alerts-fields alerts-thresholds">
        <legend class="field-label">{t(words.thresholds)}</legend>
        <NumberField
          label={t(words.critical)}
          unit={unit}
          {...limits}
          value={typed(draft.critical)}
          onValue={(value) => value !== null && onChange({ critical: stored(value) })}
          error={problem('critical')}
        />
        <NumberField
          label={t(words.warning)}
          hint={t(words.warningHint)}
          unit={unit}
          {...limits}
          value={typed(draft.warning)}
          onValue={(value) => onChange({ warning: value === null ? null : stored(value) })}
          error={problem('warning')}
        />
        <NumberField
          label={t(words.recovery)}
          hint={t(words.recoveryHint, { value: valueText(draft.kind, defaultRecovery(draft)) })}
          unit={unit}
          {...limits}
          min={Math.min(0, kind.min)}
          value={typed(draft.recovery)}
          onValue={(value) => onChange({ recovery: value === null ? null : stored(value) })}
          error={problem('recovery')}
        />
      </fieldset>
      <p class="field-hint">{t(words.thresholdsHint)}</p>
    </div>
  );
}

function Timing(props: { draft: RuleDraft; onChange: (change: Partial<Rule>) => void }) {
  const { draft, onChange } = props;
  const minutes = t(words.uMinutes);
  const whole = (value: number | null) => Math.max(0, Math.round(value ?? 0));
  return (
    <div class="alerts-fields">
      {draft.kind !== 'source-silent' && (
        <NumberField
          label={t(words.minPosts)}
          unit={t(words.uPosts)}
          min={0}
          step={1}
          value={draft.minPosts}
          onValue={(value) => onChange({ minPosts: whole(value) })}
        />
      )}
      <NumberField
        label={t(words.pending)}
        unit={minutes}
        min={0}
        max={1440}
        step={1}
        value={draft.pendingMinutes}
        onValue={(value) => onChange({ pendingMinutes: whole(value) })}
      />
      <NumberField
        label={t(words.keepFiring)}
        unit={minutes}
        min={0}
        max={1440}
        step={1}
        value={draft.keepFiringMinutes}
        onValue={(value) => onChange({ keepFiringMinutes: whole(value) })}
      />
      <Select
        label={t(words.noDataMode)}
        value={draft.noData}
        options={[
          { value: 'keep', label: t(words.ndKeep) },
          { value: 'ok', label: t(words.ndOk) },
          { value: 'alert', label: t(words.ndAlert) },
        ]}
        onValue={(noData) => onChange({ noData })}
      />
    </div>
  );
}

function DeleteRule({ rule }: { rule: RuleView }) {
  return (
    <ConfirmButton
      label={t(words.removeRule)}
      title={t(words.removeRuleTitle, { name: rule.name })}
      text={<p>{t(words.removeRuleText)}</p>}
      onConfirm={async () => {
        await send('DELETE', `/rules/${rule.id}`);
        toast(t(words.ruleRemoved, { name: rule.name }));
        navigate('/alerts/rules');
      }}
    />
  );
}
