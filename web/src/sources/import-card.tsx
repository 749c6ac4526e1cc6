import type { ImportView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { apiUrl, send } from '../api/client.ts';
import { formatBytes } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Badge, Table } from '../ui/data.tsx';
import { TextField } from '../ui/form.tsx';
import { count, duration, time } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { toastError } from '../ui/toast.tsx';
import { reasonText } from './reasons.ts';
import { words } from './words.ts';

const STATES = {
  checking: { word: words.sChecking, tone: 'neutral' },
  ready: { word: words.sReady, tone: 'warn' },
  running: { word: words.sRunning, tone: 'accent' },
  paused: { word: words.sPaused, tone: 'warn' },
  done: { word: words.sDone, tone: 'accent' },
  failed: { word: words.sFailed, tone: 'danger' },
  cancelled: { word: words.sCancelled, tone: 'neutral' },
} as const;

/** Fields that a table's columns can be mapped to. */
const FIELDS = [
  ['id', words.mId],
  ['text', words.mText],
  ['createdAt', words.mTime],
  ['author.name', words.mAuthor],
  ['url', words.mUrl],
  ['counts.reposts', words.mReposts],
  ['counts.comments', words.mComments],
  ['counts.likes', words.mLikes],
] as const;

/** What the server takes as the name of a source. */
const SOURCE_NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;

export function isActive(item: ImportView): boolean {
  return item.state === 'checking' || item.state === 'running';
}

/** One file: its check, its progress, and what became of its rows. */
export function ImportCard(props: {
  item: ImportView;
  onChange: (item: ImportView) => void;
  onReload: () => void;
}) {
  const { item } = props;
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const [source, setSource] = useState('');
  const state = STATES[item.state];
  const act = async (verb: 'start' | 'pause' | 'resume' | 'cancel', body: object = {}) => {
    try {
      const changed = await send<ImportView | undefined>(
        'POST',
        `/imports/${item.id}/${verb}`,
        body,
      );
      if (changed === undefined) props.onReload();
      else props.onChange(changed);
    } catch (cause) {
      toastError(cause);
    }
  };
  const named = Object.fromEntries(Object.entries(mapping).filter(([, column]) => column !== ''));
  const numbers = {
    rows: item.rows,
    usable: item.accepted,
    counted: item.counted,
    duplicate: item.duplicate,
    dropped: item.dropped,
    rejected: item.rejected,
  };
  return (
    <li class="sources-import">
      <div class="row wrap">
        <span class="grow sources-import-name">
          <Icon name="file" size={16} />
          <b>
            <bdi>{item.name}</bdi>
          </b>
          <span class="muted">
            {item.format} · {formatBytes(item.size)}
          </span>
        </span>
        <Badge tone={state.tone}>{t(state.word)}</Badge>
      </div>
      <p class="sources-numbers">
        {item.state === 'checking' || item.state === 'ready'
          ? t(words.checked, numbers)
          : t(words.result, numbers)}
      </p>
      {(isActive(item) || item.state === 'paused') && (
        <div class="row">
          <progress
            class="sources-progress"
            aria-label={t(words.progressOf, { name: item.name })}
            value={item.bytesRead}
            max={Math.max(1, item.size)}
          />
          <span class="muted num nowrap">
            {item.rate > 0 && t(words.rate, { n: count(item.rate) })}
            {item.secondsLeft !== null &&
              ` · ${t(words.left, { time: duration(item.secondsLeft * 1000) })}`}
          </span>
        </div>
      )}
      {item.error !== null && (
        <p class="field-error" role="alert">
          <Icon name="warning" size={14} /> <bdi>{item.error}</bdi>
        </p>
      )}
      {item.state === 'ready' && canEdit.value && (
        <TextField
          label={t(words.sourceName)}
          hint={t(words.sourceNameHint)}
          maxLength={40}
          spellcheck={false}
          value={source}
          onValue={setSource}
          error={source === '' || SOURCE_NAME.test(source) ? undefined : t(words.sourceNameWrong)}
        />
      )}
      {item.state === 'ready' && canEdit.value && (
        <details class="sources-mapping">
          <summary>{t(words.mapping)}</summary>
          <p class="muted">{t(words.mappingHint)}</p>
          <div class="sources-mapping-fields">
            {FIELDS.map(([field, word]) => (
              <TextField
                key={field}
                label={t(word)}
                placeholder={field}
                maxLength={100}
                value={mapping[field] ?? ''}
                onValue={(column) => setMapping({ ...mapping, [field]: column })}
              />
            ))}
          </div>
        </details>
      )}
      {item.sample.length > 0 && <Faults item={item} />}
      <div class="row wrap">
        {canEdit.value && item.state === 'ready' && (
          <Button
            variant="primary"
            icon="play"
            disabled={source !== '' && !SOURCE_NAME.test(source)}
            onClick={() =>
              void act('start', {
                ...(Object.keys(named).length === 0 ? {} : { mapping: named }),
                ...(source === '' ? {} : { source }),
              })
            }
          >
            {t(words.start)}
          </Button>
        )}
        {canEdit.value && item.state === 'running' && (
          <Button size="s" icon="pause" onClick={() => void act('pause')}>
            {t(words.pause)}
          </Button>
        )}
        {canEdit.value && item.state === 'paused' && (
          <Button size="s" icon="play" onClick={() => void act('resume')}>
            {t(words.resume)}
          </Button>
        )}
        {canEdit.value && ['checking', 'ready', 'running', 'paused'].includes(item.state) && (
          <Button size="s" variant="ghost" onClick={() => void act('cancel')}>
            {t(words.cancel)}
          </Button>
        )}
        {item.rejected > 0 && (
          <LinkButton
            size="s"
            icon="download"
            download
            href={apiUrl(`/imports/${item.id}/rejected`)}
          >
            {t(words.rejectedRows)}
          </LinkButton>
        )}
        <span class="muted">{t(words.started, { time: time(item.startedAt) })}</span>
      </div>
    </li>
  );
}

function Faults({ item }: { item: ImportView }) {
  return (
    <details open={item.state === 'ready'}>
      <summary>{t(words.faults)}</summary>
      <Table
        dense
        caption={t(words.faults)}
        rows={item.sample}
        rowKey={(row) => `${row.index} ${row.code} ${row.field}`}
        columns={[
          { key: 'index', title: t(words.row), numeric: true, cell: (row) => row.index },
          { key: 'code', title: t(words.reason), cell: (row) => reasonText(row.code) },
          { key: 'field', title: t(words.field), cell: (row) => <code>{row.field ?? '–'}</code> },
          { key: 'message', title: t(words.message), cell: (row) => <bdi>{row.message}</bdi> },
        ]}
      />
    </details>
  );
}
