import type { Member } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { meta, user } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { fieldError } from '../ui/error-text.ts';
import { FormError, useAction } from '../ui/form-dialog.tsx';
import { TextField } from '../ui/form.tsx';
import { listed } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { Loaded } from '../ui/state.tsx';
import { toast } from '../ui/toast.tsx';
import { roleWord } from './members-tab.tsx';
import { LEAST_CHARACTERS, NewPasswordField } from './password-field.tsx';
import { words } from './words.ts';

export function SecurityTab() {
  const required = meta.value?.auth.required === true;
  return (
    <div class="stack">
      {required && user.value !== null ? (
        <Panel
          title={t(words.changePassword)}
          hint={t(words.signedIn, { name: user.value.name, role: roleWord(user.value.role) })}
        >
          <PasswordForm name={user.value.name} />
        </Panel>
      ) : (
        <OpenAccess />
      )}
    </div>
  );
}

/** On loopback nobody logs in. Here the password is set with which the product may be opened to others. */
function OpenAccess() {
  const members = useQuery<{ items: Member[] }>('/members');
  const admins = (members.data?.items ?? []).filter((member) => member.role === 'admin');
  return (
    <Panel title={t(words.openAccess)} hint={t(words.openAccessText)}>
      <Loaded query={members}>
        {({ items }) =>
          items.length === 0 ? (
            <FirstPassword onSet={members.reload} />
          ) : (
            <div class="stack tight">
              <p class="row">
                <Icon name="check" size={16} />
                {t(words.openReady, { names: listed(admins.map(({ name }) => name)) })}
              </p>
              <p class="muted">{t(words.openHow)}</p>
              <div class="row settings-command">
                <code class="grow">{OPEN_COMMAND}</code>
                <CopyButton text={OPEN_COMMAND} label={t(words.copyCommand)} />
              </div>
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
const OPEN_COMMAND = 'HOST=0.0.0.0 npm start';

function FirstPassword(props: { onSet: () => void }) {
  const [name, setName] = useState('admin');
  const [password, setPassword] = useState('');
  const action = useAction(async () => {
    await send('POST', '/setup', { name: name.trim(), password });
    toast(t(words.firstSet));
    props.onSet();
  });
  const ready = name.trim() !== '' && password.length >= LEAST_CHARACTERS;
  return (
    <form
      class="settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void action.run();
      }}
    >
      <TextField
        label={t(words.firstName)}
        name="username"
        autocomplete="username"
        required
        maxLength={60}
        value={name}
        onValue={setName}
        error={fieldError(action.error, 'name')}
      />
      <NewPasswordField
        label={t(words.password)}
        value={password}
        onValue={setPassword}
        error={fieldError(action.error, 'password')}
      />
      <FormError error={action.error} fields={['name', 'password']} />
      <div>
        <Button type="submit" variant="primary" busy={action.busy} disabled={!ready}>
          {t(words.firstSetButton)}
        </Button>
      </div>
    </form>
  );
}

function PasswordForm({ name }: { name: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const action = useAction(async () => {
    await send('POST', '/password', { current, next });
    setCurrent('');
    setNext('');
    toast(t(words.passwordChanged));
  });
  const wrong = action.error?.code === 'auth/wrong-password';
  return (
    <form
      class="settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run();
      }}
    >
      <input type="text" name="username" autocomplete="username" value={name} hidden readOnly />
      {!wrong && <FormError error={action.error} fields={['current', 'next']} />}
      <TextField
        label={t(words.currentPassword)}
        type="password"
        name="password"
        autocomplete="current-password"
        required
        value={current}
        onValue={setCurrent}
        error={wrong ? t(words.passwordWrong) : fieldError(action.error, 'current')}
      />
      <NewPasswordField
        label={t(words.newPassword)}
        value={next}
        onValue={setNext}
        error={fieldError(action.error, 'next')}
      />
      <div>
        <Button
          type="submit"
          variant="primary"
          busy={action.busy}
          disabled={current === '' || next.length < LEAST_CHARACTERS}
        >
          {t(words.changePassword)}
        </Button>
      </div>
    </form>
  );
}
