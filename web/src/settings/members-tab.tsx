import type { Member } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { ApiError, send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { isAdmin, meta, user } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormDialog, useAction } from '../ui/form-dialog.tsx';
import { Select, TextField } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { ListPanel } from '../ui/list-panel.tsx';
import { EmptyState } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { LEAST_CHARACTERS, NewPasswordField } from './password-field.tsx';
import { words } from './words.ts';

type Role = Member['role'];
const ROLES = ['viewer', 'analyst', 'admin'] as const;

export function MembersTab() {
  const members = useQuery<{ items: Member[] }>(isAdmin.value ? '/members' : null);
  const [adding, setAdding] = useState(false);
  const [resetting, setResetting] = useState<Member | null>(null);
  const add = (
    <Button variant="primary" icon="plus" onClick={() => setAdding(true)}>
      {t(words.addMember)}
    </Button>
  );
  if (!isAdmin.value)
    return (
      <Panel title={t(words.members)} hint={t(words.membersHint)} flush>
        <EmptyState icon="user" title={t(words.membersAdmin)} />
      </Panel>
    );
  return (
    <>
      <ListPanel
        title={t(words.members)}
        hint={t(words.membersHint)}
        query={members}
        empty={{ icon: 'user', title: t(words.membersNone), text: t(words.membersNoneText) }}
        add={add}
      >
        {(items) => <MemberTable items={items} onReload={members.reload} onReset={setResetting} />}
      </ListPanel>
      {adding && <MemberDialog onClose={() => setAdding(false)} onSaved={members.reload} />}
      {resetting !== null && (
        <PasswordDialog member={resetting} onClose={() => setResetting(null)} />
      )}
    </>
  );
}

function MemberTable(props: {
  items: readonly Member[];
  onReload: () => void;
  onReset: (member: Member) => void;
}) {
  const change = async (member: Member, role: Role) => {
    try {
      await send('PATCH', `/members/${encodeURIComponent(member.name)}`, { role });
      toast(t(words.roleChanged, { name: member.name, role: roleWord(role) }));
    } catch (cause) {
      if (isLastAdmin(cause)) toast(t(words.lastAdmin), { tone: 'error' });
      else toastError(cause);
    } finally {
      props.onReload();
    }
  };
  return (
    <Table
      caption={t(words.members)}
      rows={props.items}
      rowKey={(member) => member.name}
      columns={[
        {
          key: 'name',
          title: t(words.memberName),
          primary: true,
          cell: (member) => (
            <span class="row">
              <bdi>{member.name}</bdi>
              {member.name === user.value?.name && meta.value?.auth.required === true && (
                <Badge tone="accent">{t(words.you)}</Badge>
              )}
            </span>
          ),
        },
        {
          key: 'role',
          title: t(words.role),
          cell: (member) => (
            <Select
              label={t(words.roleOf, { name: member.name })}
              hideLabel
              value={member.role}
              options={ROLES.map((value) => ({ value, label: roleWord(value) }))}
              onValue={(role) => void change(member, role)}
            />
          ),
        },
        {
          key: 'since',
          title: t(words.since),
          cell: (member) => <Time at={member.createdAt} style="isoDay" />,
        },
        {
          key: 'seen',
          title: t(words.lastSeen),
          cell: (member) =>
            member.lastSeenAt === null ? t(words.never) : <Time at={member.lastSeenAt} />,
        },
        {
          key: 'actions',
          title: t(common.edit),
          hideTitle: true,
          cell: (member) => (
            <span class="row wrap">
              <Button size="s" onClick={() => props.onReset(member)}>
                {t(words.resetPassword)}
              </Button>
              <ConfirmButton
                iconOnly
                size="s"
                label={`${t(words.removeMember)}: ${member.name}`}
                title={t(words.removeMemberTitle, { name: member.name })}
                text={<p>{t(words.removeMemberText)}</p>}
                onConfirm={async () => {
                  try {
                    await send('DELETE', `/members/${encodeURIComponent(member.name)}`);
                    toast(t(words.memberRemoved, { name: member.name }));
                  } catch (cause) {
                    if (!isLastAdmin(cause)) throw cause;
                    toast(t(words.lastAdmin), { tone: 'error' });
                  }
                  props.onReload();
                }}
              />
            </span>
          ),
        },
      ]}
    />
  );
}

function MemberDialog(props: { onClose: () => void; onSaved: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  const action = useAction(async () => {
    await send('POST', '/members', { name: name.trim(), role, password });
    toast(t(words.memberAdded, { name: name.trim() }));
    props.onSaved();
    props.onClose();
  });
  const ready = name.trim() !== '' && password.length >= LEAST_CHARACTERS;
  return (
    <FormDialog
      title={t(words.addMember)}
      width="s"
      ready={ready}
      action={action}
      onSave={action.run}
      fields={['name', 'password']}
      onClose={props.onClose}
    >
      <TextField
        label={t(words.memberName)}
        required
        autoFocus
        maxLength={60}
        autocomplete="off"
        value={name}
        onValue={setName}
        error={fieldError(action.error, 'name')}
      />
      <Select
        label={t(words.role)}
        value={role}
        options={ROLES.map((value) => ({ value, label: roleWord(value) }))}
        onValue={setRole}
      />
      <NewPasswordField
        label={t(words.password)}
        value={password}
        onValue={setPassword}
        error={fieldError(action.error, 'password')}
      />
    </FormDialog>
  );
}

function PasswordDialog(props: { member: Member; onClose: () => void }) {
  const { name } = props.member;
  const [password, setPassword] = useState('');
  const action = useAction(async () => {
    await send('PATCH', `/members/${encodeURIComponent(name)}`, { password });
    toast(t(words.resetDone, { name }));
    props.onClose();
  });
  return (
    <FormDialog
      title={t(words.resetTitle, { name })}
      ready={password.length >= LEAST_CHARACTERS}
      width="s"
      action={action}
      onSave={action.run}
      fields={['password']}
      onClose={props.onClose}
    >
      <NewPasswordField
        label={t(words.newPassword)}
        value={password}
        onValue={setPassword}
        error={fieldError(action.error, 'password')}
      />
    </FormDialog>
  );
}

export function roleWord(role: Role): string {
  return t({ viewer: words.roleViewer, analyst: words.roleAnalyst, admin: words.roleAdmin }[role]);
}

function isLastAdmin(cause: unknown): boolean {
  return cause instanceof ApiError && cause.code === 'member/last-admin';
}
