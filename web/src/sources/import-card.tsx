import type { ImportView } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { apiUrl, send } from '../api/client.ts';
import { formatBytes } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { TextField } from '../ui/form.tsx';
import { count, duration, time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { toastError } from '../ui/toast.tsx';
import { ImportMapping, type Mapping } from './import-mapping.tsx';
import { reasonHelp, reasonText } from './reasons.ts';
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

/** What the server takes as the name of a source. */
const SOURCE_NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;

export function isActive(item: ImportView): boolean {
  return item.state === 'checking' || item.state === 'running';
}

function isOver(item: ImportView): boolean {
  return item.state === 'done' || item.state === 'failed' || item.state === 'cancelled';
}

type Verb = 'check' | 'start' | 'pause' | 'resume' | 'cancel';

/** One file: its check, its progress, and what became of its rows. */
export function ImportCard(props: {
  item: ImportView;
  onChange: (item: ImportView) => void;
  onReload: () => void;
}) {
  const { item } = props;
  const [source, setSource] = useState('');
  const state = STATES[item.state];
  const [checking, setChecking] = useState(false);
  const act = async (verb: Verb, body: object = {}) => {
    setChecking(verb === 'check');
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
    } finally {
      setChecking(false);
    }
  };
  const named = (mapping: Mapping = item.mapping ?? {}) => ({
    ...(Object.keys(mapping).length === 0 ? {} : { mapping }),
    ...(source === '' || !SOURCE_NAME.test(source) ? {} : { source }),
  });
  const isOpen = item.state === 'ready' || (item.state === 'failed' && item.columns.length > 0);
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
      {(item.state !== 'failed' || item.rows > 0) && (
        <p class="sources-numbers">
          {item.state !== 'checking' && item.state !== 'ready'
            ? t(words.result, numbers)
            : item.checkComplete
              ? t(words.checked, numbers)
              : t(words.checkedPart, numbers)}
          {item.state === 'ready' && item.firstAt !== null && item.lastAt !== null && (
            <span class="muted">
              {' · '}
              {t(words.timesFrom, {
                from: time(item.firstAt, 'full'),
                to: time(item.lastAt, 'full'),
                zone: zone(),
              })}
            </span>
          )}
        </p>
      )}
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
          <Icon name="warning" size={14} /> <bdi>{formatErrorText(item)}</bdi>
        </p>
      )}
      {isOpen && canEdit.value && (
        <>
          <ImportMapping
            item={item}
            busy={checking}
            onMapping={(mapping) => void act('check', named(mapping))}
          />
          {item.columns.length > 0 && (
            <TextField
              label={t(words.sourceName)}
              hint={t(words.sourceNameHint)}
              maxLength={40}
              spellcheck={false}
              value={source}
              onValue={setSource}
              onBlur={() => {
                if (source !== '' && SOURCE_NAME.test(source)) void act('check', named());
              }}
              error={
                source === '' || SOURCE_NAME.test(source) ? undefined : t(words.sourceNameWrong)
              }
            />
          )}
        </>
      )}
      {item.state === 'ready' && item.examples.length > 0 && <Examples item={item} />}
      {item.sample.length > 0 && <Faults item={item} />}
      <div class="row wrap">
        {canEdit.value && item.state === 'ready' && (
          <Button
            variant="primary"
            icon="play"
            disabled={
              checking ||
              (source !== '' && !SOURCE_NAME.test(source)) ||
              (item.checkComplete && item.accepted === 0)
            }
            onClick={() => void act('start', named())}
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
        {canEdit.value && (isOpen || isActive(item) || item.state === 'paused') && (
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
        {canEdit.value && isOver(item) && (
          <ConfirmButton
            size="s"
            label={t(words.remove)}
            title={t(words.removeTitle, { name: item.name })}
            text={<p>{t(words.removeText)}</p>}
            onConfirm={async () => {
              await send('DELETE', `/imports/${item.id}`);
              props.onReload();
            }}
          />
        )}
        {item.state === 'done' && item.counted > 0 && <WhatNext item={item} />}
        <span class="muted">{t(words.started, { time: time(item.startedAt) })}</span>
      </div>
    </li>
  );
}

/** What the first rows became, so that a wrong column or zone is seen before anything is counted. */
function Examples({ item }: { item: ImportView }) {
  return (
    <details open>
      <summary>{t(words.examples)}</summary>
      <ul class="sources-examples">
        {item.examples.map((example, index) => (
          <li key={index}>
            <span class="muted">
              <Time at={example.at} style="full" /> · <bdi>{example.source}</bdi>
              {example.author !== '' && (
                <>
                  {' · '}
                  <bdi>{example.author}</bdi>
                </>
              )}
            </span>
            <p>
              <bdi>{example.text}</bdi>
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Old posts are not on the live page's last hour: lead to where they are. */
function WhatNext({ item }: { item: ImportView }) {
  const source = item.examples[0]?.source;
  return (
    <>
      <LinkButton
        size="s"
        icon="posts"
        href={`/posts?range=all${source === undefined ? '' : `&source=${encodeURIComponent(source)}`}`}
      >
        {t(words.seePosts)}
      </LinkButton>
      {item.firstAt !== null && item.lastAt !== null && (
        <LinkButton size="s" icon="live" href={`/live?from=${item.firstAt}&to=${item.lastAt}`}>
          {t(words.seeLive)}
        </LinkButton>
      )}
      <LinkButton size="s" icon="topics" href="/topics/~new">
        {t(words.makeTopic)}
      </LinkButton>
    </>
  );
}

function formatErrorText(item: ImportView): string {
  switch (item.errorCode) {
    case 'format/columns-missing':
      return t(words.eColumns);
    case 'format/unknown':
      return t(words.eUnknown);
    case 'format/broken':
      return t(words.eBroken);
    case 'format/too-large':
      return t(words.eTooLarge);
    default:
      return item.error ?? '';
  }
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
          {
            key: 'message',
            title: t(words.message),
            cell: (row) => <bdi>{reasonHelp(row.code, row.message)}</bdi>,
          },
        ]}
      />
    </details>
  );
}
