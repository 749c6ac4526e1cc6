import type { ImportView } from '#shared/wire/api.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { on } from '../live/feed.ts';
import { canEdit } from '../state/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { share } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { toastError } from '../ui/toast.tsx';
import { ImportCard, isActive } from './import-card.tsx';
import { uploadFile } from './upload.ts';
import { words } from './words.ts';

const POLL_MS = 1_500;
const ACCEPT = '.ndjson,.jsonl,.json,.csv,.tsv,.txt,.xlsx,.xml,.rss,.atom,.gz';

interface Upload {
  id: number;
  name: string;
  sent: number;
  abort: AbortController;
}
let nextUpload = 1;

export function ImportTab() {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [active, setActive] = useState(false);
  const imports = useQuery<{ items: ImportView[] }>('/imports', {}, active ? POLL_MS : undefined);
  const items = imports.data?.items ?? [];
  useEffect(() => setActive(items.some(isActive)), [items]);
  useEffect(() => on('job:progress', (job) => job.kind === 'import' && imports.reload()), []);

  const put = (changed: ImportView) =>
    imports.put({
      items: items.some((item) => item.id === changed.id)
        ? items.map((item) => (item.id === changed.id ? changed : item))
        : [changed, ...items],
    });
  const upload = async (file: File) => {
    const id = nextUpload++;
    const abort = new AbortController();
    setUploads((old) => [...old, { id, name: file.name, sent: 0, abort }]);
    try {
      await uploadFile(file, {
        signal: abort.signal,
        onProgress: (sent) =>
          setUploads((old) => old.map((item) => (item.id === id ? { ...item, sent } : item))),
      });
      imports.reload();
      setActive(true);
    } catch (cause) {
      toastError(cause);
    } finally {
      setUploads((old) => old.filter((item) => item.id !== id));
    }
  };

  return (
    <div class="stack">
      {canEdit.value && (
        <Panel>
          <div class="stack">
            <DropZone onFiles={(files) => files.forEach((file) => void upload(file))} />
            {uploads.map((item) => (
              <UploadRow key={item.id} upload={item} />
            ))}
          </div>
        </Panel>
      )}
      <Panel title={t(words.imports)} flush>
        <Loaded query={imports}>
          {() =>
            items.length === 0 ? (
              <EmptyState
                compact
                icon="file"
                title={t(words.importsNone)}
                text={t(words.importsNoneText)}
              />
            ) : (
              <ol class="sources-imports">
                {items.map((item) => (
                  <ImportCard key={item.id} item={item} onChange={put} onReload={imports.reload} />
                ))}
              </ol>
            )
          }
        </Loaded>
      </Panel>
    </div>
  );
}

function DropZone(props: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      class="sources-drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        props.onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Icon name="upload" size={24} />
      <p>
        <b>{t(words.drop)}</b>
      </p>
      <p class="muted">{t(words.dropHint)}</p>
      <input
        ref={input}
        type="file"
        class="sr-only"
        multiple
        accept={ACCEPT}
        tabIndex={-1}
        aria-label={t(words.choose)}
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <Button variant="primary" icon="file" onClick={() => input.current?.click()}>
        {t(words.choose)}
      </Button>
    </div>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  return (
    <div class="row" role="status">
      <span class="grow">
        {t(words.uploading)} <bdi>{upload.name}</bdi>
        <progress
          class="sources-progress"
          aria-label={`${t(words.uploading)} ${upload.name}`}
          value={upload.sent}
          max={1}
        />
      </span>
      <span class="num muted">{share(upload.sent)}</span>
      <IconButton icon="close" label={t(words.cancelUpload)} onClick={() => upload.abort.abort()} />
    </div>
  );
}
