import type { TokenView } from '#shared/wire/api.ts';
import { DAY_MS } from '#shared/series/bucket.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { isAdmin } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormDialog, useAction } from '../ui/form-dialog.tsx';
import { Segmented, Select, TextField } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { ListPanel } from '../ui/list-panel.tsx';
import { Dialog } from '../ui/overlay.tsx';
import { EmptyState } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { words } from './words.ts';
import './keys.css';

type Scope = TokenView['scope'];
const SCOPES = ['ingest', 'read', 'admin'] as const;
const LIFETIMES = ['', '30', '90', '365'] as const;

/** Keys of programs: where posts come in (Sources), and beside members and passwords (Settings). */
export function KeysTab() {
  const keys = useQuery<{ items: TokenView[] }>(isAdmin.value ? '/tokens' : null);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; scope: Scope; token: string } | null>(null);
  const add = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {t(words.addKey)}
    </Button>
  );
  return (
    <div class="stack">
      {isAdmin.value ? (
        <ListPanel
          title={t(words.keys)}
          hint={t(words.keysHint)}
          query={keys}
          empty={{ icon: 'key', title: t(words.keysNone), text: t(words.keysNoneText) }}
          add={add}
        >
          {(items) => <KeyTable items={items} onReload={keys.reload} />}
        </ListPanel>
      ) : (
        <Panel title={t(words.keys)} hint={t(words.keysHint)} flush>
          <EmptyState icon="key" title={t(words.adminOnly)} text={t(words.adminOnlyText)} />
        </Panel>
      )}
      <CurlPanel token="" scope="ingest" />
      {making && (
        <KeyDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
            keys.reload();
          }}
        />
      )}
      {made !== null && (
        <Dialog
          open
          width="l"
          title={t(words.keyMade, { name: made.name })}
          onClose={() => setMade(null)}
          footer={
            <Button variant="primary" icon="check" onClick={() => setMade(null)}>
              {t(words.done)}
            </Button>
          }
        >
          <div class="stack">
            <p class="sources-once">
              <Icon name="warning" size={16} /> {t(words.keyOnce)}
            </p>
            <p class="row sources-secret">
              <code class="grow">{made.token}</code>
              <CopyButton text={made.token} label={t(words.copyKey)} />
            </p>
            <Commands token={made.token} scope={made.scope} />
          </div>
        </Dialog>
      )}
    </div>
  );
}

function KeyTable(props: { items: readonly TokenView[]; onReload: () => void }) {
  return (
    <Table
      caption={t(words.keys)}
      rows={props.items}
      rowKey={(key) => key.id}
      columns={[
        {
          key: 'name',
          title: t(words.keyName),
          primary: true,
          cell: (key) => <bdi>{key.name}</bdi>,
        },
        {
          key: 'scope',
          title: t(words.scope),
          cell: (key) => <Badge>{scopeWord(key.scope)}</Badge>,
        },
        { key: 'prefix', title: t(words.prefix), cell: (key) => <code>{key.prefix}…</code> },
        { key: 'created', title: t(words.created), cell: (key) => <Time at={key.createdAt} /> },
        {
          key: 'used',
          title: t(words.lastUsed),
          cell: (key) => (key.lastUsedAt === null ? t(words.never) : <Time at={key.lastUsedAt} />),
        },
        {
          key: 'expires',
          title: t(words.expires),
          cell: (key) =>
            key.expiresAt === null ? (
              t(words.expiresNever)
            ) : Date.parse(key.expiresAt) < Date.now() ? (
              <Badge tone="danger">{t(words.expired)}</Badge>
            ) : (
              <Time at={key.expiresAt} style="isoDay" />
            ),
        },
        {
          key: 'revoke',
          title: t(words.revoke),
          hideTitle: true,
          cell: (key) => (
            <ConfirmButton
              size="s"
              label={t(words.revoke)}
              title={t(words.revokeTitle, { name: key.name })}
              text={<p>{t(words.revokeText)}</p>}
              onConfirm={async () => {
                await send('DELETE', `/tokens/${key.id}`);
                toast(t(words.revoked, { name: key.name }));
                props.onReload();
              }}
            />
          ),
        },
      ]}
    />
  );
}

function KeyDialog(props: {
  onClose: () => void;
  onMade: (key: { name: string; scope: Scope; token: string }) => void;
}) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('ingest');
  const [days, setDays] = useState<(typeof LIFETIMES)[number]>('');
  const action = useAction(async () => {
    const { token } = await send<{ token: string }>('POST', '/tokens', {
      name: name.trim(),
      scope,
      ...(days === ''
        ? {}
        : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
    });
    props.onMade({ name: name.trim(), scope, token });
  });
  return (
    <FormDialog
      title={t(words.newKey)}
      onClose={props.onClose}
      action={action}
      onSave={action.run}
      ready={name.trim() !== ''}
      fields={['name']}
      saveLabel={t(words.makeKey)}
    >
      <TextField
        label={t(words.keyName)}
        hint={t(words.keyNameHint)}
        required
        autoFocus
        maxLength={60}
        value={name}
        onValue={setName}
        error={fieldError(action.error, 'name')}
      />
      <div class="field">
        <span class="field-label">{t(words.scope)}</span>
        <Segmented
          label={t(words.scope)}
          value={scope}
          onValue={setScope}
          options={SCOPES.map((value) => ({ value, label: scopeWord(value) }))}
        />
      </div>
      <Select
        label={t(words.expires)}
        value={days}
        onValue={setDays}
        options={LIFETIMES.map((value) => ({
          value,
          label: value === '' ? t(words.expiresNever) : t(words.days, { n: Number(value) }),
        }))}
      />
    </FormDialog>
  );
}

function CurlPanel(props: { token: string; scope: Scope }) {
  return (
    <Panel title={t(words.curl)}>
      <Commands {...props} />
    </Panel>
  );
}

/** Commands that work as they stand; without a key where none is needed (loopback). */
function Commands({ token, scope }: { token: string; scope: Scope }) {
  const shown: { title: string; command: string }[] =
    scope === 'read'
      ? [{ title: t(words.curlRead), command: curlRead(token) }]
      : [
          { title: t(words.curlPush), command: curlPush(token) },
          { title: t(words.curlStream), command: curlStream(token) },
        ];
  return (
    <div class="stack">
      {shown.map(({ title, command }) => (
        <div key={title} class="stack tight">
          <div class="row">
            <h3 class="grow">{title}</h3>
            <CopyButton text={command} label={t(words.copyCommand)} />
          </div>
          <pre class="sources-code" tabIndex={0} aria-label={title}>
            {command}
          </pre>
        </div>
      ))}
    </div>
  );
}

const auth = (token: string) => (token === '' ? '' : ` \\\n  -H 'Authorization: Bearer ${token}'`);

function curlPush(token: string): string {
  const post = JSON.stringify({
    id: 'demo-1',
    source: 'my-crawler',
    text: 'DeepSeek 真好用',
    createdAt: new Date().toISOString(),
  });
  return `curl -X POST ${location.origin}/api/v1/posts${auth(token)} \\\n  -H 'Content-Type: application/json' \\\n  -d '${post}'`;
}
function curlStream(token: string): string {
  return `curl -X POST ${location.origin}/api/v1/posts${auth(token)} \\\n  -H 'Content-Type: application/x-ndjson' \\\n  --data-binary @posts.ndjson`;
}
function curlRead(token: string): string {
  return `curl '${location.origin}/api/v1/series?topics=deepseek&step=1h'${auth(token)}`;
}

function scopeWord(scope: Scope): string {
  return t({ read: words.scopeRead, ingest: words.scopeIngest, admin: words.scopeAdmin }[scope]);
}
