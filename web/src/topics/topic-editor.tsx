import type { RuleView, TopicView } from '#shared/wire/api.ts';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { clockNow } from '../live/feed.ts';
import { navigate } from '../router/router.ts';
import { canEdit } from '../state/session.ts';
import { loadTopics, topics } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormError } from '../ui/form-dialog.tsx';
import { Field, Select, TagsField, TextArea, TextField } from '../ui/form.tsx';
import { listed } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { AccuracyPanel } from './accuracy-panel.tsx';
import { ModelPanel } from './model-panel.tsx';
import { type QueryCheck, checkQuery } from './query-syntax.ts';
import { RecountList } from './recount-bar.tsx';
import { RECOUNT_SPANS, type RecountSpan, startRecount } from './recount.ts';
import {
  type TopicDraft,
  ID_PATTERN,
  draftOf,
  freeColor,
  sameDraft,
  suggestId,
} from './topic-draft.ts';
import { TopicPreviewPanel } from './topic-preview.tsx';
import { WhyPanel } from './why-panel.tsx';
import { words } from './words.ts';

/** Cannot be a topic's id: those begin with a letter or digit. */
export const NEW_TOPIC = '~new';
const SLOTS = [0, 1, 2, 3, 4, 5] as const;

export function TopicEditor({ id }: { id: string }) {
  const isNew = id === NEW_TOPIC;
  const stored = useQuery<TopicView>(isNew ? null : `/topics/${id}`);
  if (isNew) {
    const color = freeColor((topics.value ?? []).map((topic) => topic.color));
    return (
      <EditorForm
        start={{ id: '', name: '', aliases: [], exclude: [], query: '', color }}
        stored={null}
        onSaved={() => undefined}
      />
    );
  }
  if (stored.error?.status === 404) {
    return (
      <Page title={t(words.notFound)}>
        <EmptyState
          icon="topics"
          title={t(words.notFound)}
          text={t(words.notFoundText)}
          action={<LinkButton href="/topics">{t(words.back)}</LinkButton>}
        />
      </Page>
    );
  }
  if (stored.data === undefined) {
    return (
      <Page title={id}>
        <Loaded query={stored}>{() => null}</Loaded>
      </Page>
    );
  }
  return (
    <EditorForm
      key={stored.data.version}
      start={draftOf(stored.data)}
      stored={stored.data}
      onSaved={stored.reload}
    />
  );
}

function EditorForm(props: { start: TopicDraft; stored: TopicView | null; onSaved: () => void }) {
  const { start, stored } = props;
  const [draft, setDraft] = useState(start);
  const [ownId, setOwnId] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [saving, setSaving] = useState<'' | 'new' | 'recount'>('');
  const [span, setSpan] = useState<RecountSpan>('7d');
  const set = (change: Partial<TopicDraft>) => setDraft((old) => ({ ...old, ...change }));
  const dirty = !sameDraft(draft, start);
  useLeaveWarning(dirty);

  const taken = new Set((topics.value ?? []).map((topic) => topic.id));
  const check = checkQuery(draft.query);
  const idError =
    stored !== null || draft.id === ''
      ? undefined
      : !ID_PATTERN.test(draft.id)
        ? t(words.idWrong)
        : taken.has(draft.id)
          ? t(words.idTaken)
          : undefined;
  const ready =
    draft.name.trim() !== '' && draft.id !== '' && idError === undefined && check?.ok !== false;

  const setName = (name: string) =>
    set(
      stored === null && !ownId
        ? { name, id: name.trim() === '' ? '' : suggestId(name, taken) }
        : { name },
    );

  const save = async (recount: boolean) => {
    setSaving(recount ? 'recount' : 'new');
    setError(undefined);
    try {
      const saved =
        stored === null
          ? await send<TopicView>('POST', '/topics', draft)
          : await send<TopicView>('PATCH', `/topics/${stored.id}`, withoutId(draft), {
              ifMatch: stored.version,
            });
      await loadTopics();
      toast(stored === null ? t(words.created, { name: saved.name }) : t(words.saved));
      if (recount) await startRecount(saved.id, span, clockNow());
      if (stored === null) navigate(`/topics/${saved.id}`, { replace: true });
      else props.onSaved();
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
    } finally {
      setSaving('');
    }
  };

  return (
    <Page
      title={stored?.name ?? t(words.newTitle)}
      lead={
        <a href="/topics" class="topics-back">
          <Icon name="chevronLeft" size={14} />
          {t(words.back)}
        </a>
      }
      wide
      actions={
        stored !== null && (
          <>
            <LinkButton icon="live" href={`/live?topics=${stored.id}&range=24h`}>
              {t(words.toLive)}
            </LinkButton>
            <LinkButton icon="posts" href={`/posts?topic=${stored.id}`}>
              {t(words.toPosts)}
            </LinkButton>
            {canEdit.value && <DeleteTopic topic={stored} />}
          </>
        )
      }
    >
      <RecountList {...(stored === null ? {} : { topic: stored.id })} />
      <div class="topics-editor">
        <div class="stack">
          <Panel
            title={t(words.definition)}
            {...(canEdit.value ? {} : { hint: t(words.viewerHint) })}
          >
            <div class="stack">
              <div class="topics-name-row">
                <TextField
                  label={t(words.name)}
                  hint={t(words.nameHint)}
                  required
                  maxLength={80}
                  autoFocus={stored === null}
                  value={draft.name}
                  onValue={setName}
                  error={fieldError(error, 'name')}
                />
                {stored === null && (
                  <TextField
                    label={t(words.id)}
                    hint={t(words.idHint)}
                    required
                    maxLength={60}
                    spellcheck={false}
                    value={draft.id}
                    onValue={(id) => {
                      setOwnId(true);
                      set({ id });
                    }}
                    error={idError ?? fieldError(error, 'id')}
                  />
                )}
              </div>
              <ColorPicker value={draft.color} onValue={(color) => set({ color })} />
              <TagsField
                label={t(words.aliases)}
                hint={t(words.aliasesHint)}
                placeholder={t(words.aliasPlaceholder)}
                maxLength={60}
                value={draft.aliases}
                onValue={(aliases) => set({ aliases })}
                removeLabel={(tag) => t(words.removeTag, { tag })}
                error={fieldError(error, 'aliases')}
              />
              <TagsField
                label={t(words.exclude)}
                hint={t(words.excludeHint)}
                placeholder={t(words.excludePlaceholder)}
                maxLength={60}
                value={draft.exclude}
                onValue={(exclude) => set({ exclude })}
                removeLabel={(tag) => t(words.removeTag, { tag })}
                error={fieldError(error, 'exclude')}
              />
              <TextArea
                label={t(words.query)}
                hint={<QueryVerdict check={check} />}
                rows={2}
                spellcheck={false}
                maxLength={2000}
                placeholder={'(DeepSeek OR 深度求索) AND NOT (招聘 OR 抽奖)'}
                value={draft.query}
                onValue={(query) => set({ query })}
                error={check === null || check.ok ? fieldError(error, 'query') : queryError(check)}
              />
            </div>
          </Panel>
          {canEdit.value && (
            <div class="topics-save" data-dirty={dirty}>
              <FormError
                error={error}
                fields={['name', 'id', 'aliases', 'exclude', 'query']}
                onReload={props.onSaved}
              />
              <div class="row wrap">
                <Button
                  variant="primary"
                  disabled={!ready || (!dirty && stored !== null)}
                  busy={saving === 'new'}
                  onClick={() => void save(false)}
                >
                  {t(words.saveNew)}
                </Button>
                <span class="row">
                  <Button
                    disabled={!ready}
                    busy={saving === 'recount'}
                    onClick={() => void save(true)}
                  >
                    {t(words.saveRecount)}
                  </Button>
                  <Select
                    label={t(words.recountSpan)}
                    hideLabel
                    value={span}
                    onValue={setSpan}
                    options={RECOUNT_SPANS.map((value) => ({ value, label: spanWord(value) }))}
                  />
                </span>
                {dirty && stored !== null && (
                  <>
                    <span class="muted" role="status">
                      {t(words.unsaved)}
                    </span>
                    <Button variant="ghost" onClick={() => setDraft(start)}>
                      {t(words.discard)}
                    </Button>
                  </>
                )}
              </div>
            </div>
          )}
          <WhyPanel draft={draft} />
          {stored !== null && (
            <>
              <AccuracyPanel topic={stored.id} />
              <ModelPanel topic={stored.id} />
            </>
          )}
        </div>
        <TopicPreviewPanel
          draft={draft}
          queryOk={check?.ok !== false}
          onAlias={(alias) => set({ aliases: [...draft.aliases, alias] })}
          onExclude={(phrase) => set({ exclude: [...draft.exclude, phrase] })}
        />
      </div>
    </Page>
  );
}

function QueryVerdict({ check }: { check: QueryCheck | null }) {
  return (
    <>
      {t(words.queryHint)}
      {check?.ok === true && (
        <span class="topics-query-ok">
          {' '}
          <Icon name="check" size={12} /> {t(words.queryOk, { n: check.terms })}
        </span>
      )}
    </>
  );
}

function queryError(check: Extract<QueryCheck, { ok: false }>): string {
  return t(words.queryAt, { column: check.column, message: check.message });
}

/** Six computed colours as a radio group; arrow keys move as in any. */
function ColorPicker(props: { value: number; onValue: (slot: number) => void }) {
  return (
    <Field label={t(words.color)}>
      {({ id }) => (
        <div id={id} class="topics-colors" role="radiogroup" aria-label={t(words.color)}>
          {SLOTS.map((slot) => (
            <label key={slot} class="topics-color" title={t(words.colorNth, { n: slot + 1 })}>
              <input
                type="radio"
                name="topic-color"
                checked={slot === props.value}
                aria-label={t(words.colorNth, { n: slot + 1 })}
                onChange={() => props.onValue(slot)}
              />
              <span style={{ background: `var(--topic-${slot})` }} />
            </label>
          ))}
        </div>
      )}
    </Field>
  );
}

function DeleteTopic({ topic }: { topic: TopicView }) {
  const rules = useQuery<{ items: RuleView[] }>('/rules', { topic: topic.id });
  const names = (rules.data?.items ?? [])
    .filter((rule) => rule.topic === topic.id)
    .map((rule) => rule.name);
  return (
    <ConfirmButton
      label={t(words.remove)}
      title={t(words.removeTitle, { name: topic.name })}
      text={
        <div class="stack tight">
          <p>{t(words.removeText, { n: topic.day.n })}</p>
          {names.length > 0 && <p>{t(words.removeRules, { names: listed(names) })}</p>}
        </div>
      }
      onConfirm={async () => {
        await send('DELETE', `/topics/${topic.id}`);
        toast(t(words.removed, { name: topic.name }));
        navigate('/topics');
        await loadTopics().catch(toastError);
      }}
    />
  );
}

function spanWord(span: RecountSpan): string {
  return t(
    { '24h': words.span24, '7d': words.span7, '30d': words.span30, all: words.spanAll }[span],
  );
}

function withoutId(draft: TopicDraft): Omit<TopicDraft, 'id'> {
  const { id: _, ...rest } = draft;
  return rest;
}

/** The browser asks before the tab closes with unsaved work. */
function useLeaveWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [dirty]);
}
