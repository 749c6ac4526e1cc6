import { useState } from 'preact/hooks';
import type { Note, TopicView } from '#shared/wire/api.ts';
import { send } from '../api/client.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { fromLocalInput, toLocalInput } from '../i18n/local-time.ts';
import { prefs } from '../state/prefs.ts';
import { canEdit } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { DemoBadge, MoodValue, Time } from '../ui/data.tsx';
import { DateField } from '../ui/date-field.tsx';
import { zone } from '../ui/format.ts';
import { Select, TextField } from '../ui/form.tsx';
import { Dialog } from '../ui/overlay.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { words } from './words.ts';

/** One event with its before/after test. */
export function NoteCard(props: { note: Note; onRemoved: () => void }) {
  const { note } = props;
  const text = (prefs.language.value === 'zh' ? note.zh : note.en) || note.zh || note.en;
  return (
    <article class="note-card">
      <header class="row">
        <span class="grow">
          <b>
            <bdi>{text}</bdi>
          </b>
        </span>
        {note.demo && <DemoBadge />}
        {canEdit.value && (
          <IconButton
            size="s"
            icon="trash"
            label={t(common.delete)}
            onClick={() => {
              send('DELETE', `/notes/${encodeURIComponent(note.id)}`).then(() => {
                toast(t(words.noteRemoved));
                props.onRemoved();
              }, toastError);
            }}
          />
        )}
      </header>
      <p class="muted">
        {topicName(note.topic)} · <Time at={note.at} style="dayMinute" />
      </p>
      <NoteEffect note={note} />
    </article>
  );
}

function NoteEffect({ note }: { note: Note }) {
  const { effect } = note;
  if (effect === null) return <p class="muted">{t(words.noteNoEffect)}</p>;
  const clear = effect.low > 0 || effect.high < 0;
  return (
    <div class="stack tight">
      <p class="row wrap">
        <MoodValue value={effect.before} short /> → <MoodValue value={effect.after} short />
        <span class="muted">{t(clear ? words.noteClear : words.noteUnclear)}</span>
      </p>
      <p class="muted">
        {t(words.noteEffect)}:{' '}
        {t(words.noteEffectValue, {
          before: formatMood(effect.before),
          after: formatMood(effect.after),
          difference: formatMood(effect.difference),
          low: formatMood(effect.low),
          high: formatMood(effect.high),
          nBefore: effect.nBefore,
          nAfter: effect.nAfter,
        })}
      </p>
    </div>
  );
}

/** Writes down what happened and when; the chart shows it and tests the mood around it. */
export function NoteDialog(props: {
  open: boolean;
  topics: readonly TopicView[];
  at: number;
  onClose: () => void;
  onSaved: () => void;
}) {
  return (
    <Dialog open={props.open} width="s" title={t(words.addNote)} onClose={props.onClose}>
      <NoteForm {...props} />
    </Dialog>
  );
}

function NoteForm(props: {
  topics: readonly TopicView[];
  at: number;
  onClose: () => void;
  onSaved: () => void;
}) {
  const [text, setText] = useState('');
  const [topic, setTopic] = useState(props.topics[0]?.id ?? '');
  const [at, setAt] = useState(() => toLocalInput(props.at, zone()));
  const [busy, setBusy] = useState(false);
  const instant = fromLocalInput(at, zone());
  const submit = async (event: Event) => {
    event.preventDefault();
    if (instant === null) return;
    setBusy(true);
    try {
      const when = new Date(instant).toISOString();
      await send('POST', '/notes', { topic, at: when, zh: text, en: text });
      toast(t(words.noteSaved));
      props.onSaved();
      props.onClose();
    } catch (cause) {
      toastError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <TextField
        label={t(words.noteText)}
        required
        maxLength={200}
        value={text}
        onValue={setText}
      />
      <Select
        label={t(words.noteTopic)}
        value={topic}
        onValue={setTopic}
        options={props.topics.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <DateField
        withTime
        label={t(words.noteAt)}
        hint={t(words.zoneNote, { zone: zone() })}
        required
        value={at}
        onValue={setAt}
      />
      <div class="row">
        <Button type="submit" variant="primary" busy={busy} disabled={instant === null}>
          {t(common.save)}
        </Button>
        <Button onClick={props.onClose}>{t(common.cancel)}</Button>
      </div>
    </form>
  );
}
