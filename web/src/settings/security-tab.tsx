import { useState } from 'preact/hooks';
import { ApiError, send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { meta, user } from '../state/session.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { explainError, fieldError } from '../ui/error-text.ts';
import { TextField } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { EmptyState } from '../ui/state.tsx';
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
        <Panel>
          <EmptyState
            compact
            icon="shield"
            title={t(words.openAccess)}
            text={t(words.openAccessText)}
          />
        </Panel>
      )}
      <Panel title={t(words.keys)}>
        <div class="row wrap">
          <p class="grow">{t(words.keysText)}</p>
          <LinkButton icon="key" href="/sources/keys">
            {t(words.toKeys)}
          </LinkButton>
        </div>
      </Panel>
    </div>
  );
}

function PasswordForm({ name }: { name: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const wrong = error?.code === 'auth/wrong-password';
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await send('POST', '/password', { current, next });
      setCurrent('');
      setNext('');
      toast(t(words.passwordChanged));
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="settings-form" onSubmit={(event) => void submit(event)}>
      <input type="text" name="username" autocomplete="username" value={name} hidden readOnly />
      {error !== undefined && !wrong && error.errors.length === 0 && (
        <p class="field-error" role="alert">
          {explainError(error)}
        </p>
      )}
      <TextField
        label={t(words.currentPassword)}
        type="password"
        name="password"
        autocomplete="current-password"
        required
        value={current}
        onValue={setCurrent}
        error={wrong ? t(words.passwordWrong) : fieldError(error, 'current')}
      />
      <NewPasswordField
        label={t(words.newPassword)}
        value={next}
        onValue={setNext}
        error={fieldError(error, 'next')}
      />
      <div>
        <Button
          type="submit"
          variant="primary"
          busy={busy}
          disabled={current === '' || next.length < LEAST_CHARACTERS}
        >
          {t(words.changePassword)}
        </Button>
      </div>
    </form>
  );
}
