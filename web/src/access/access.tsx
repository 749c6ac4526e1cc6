import { useState } from 'preact/hooks';
import { ApiError, send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { loadMeta, loginNeeded } from '../state/session.ts';
import { loadTopics } from '../state/topics.ts';
import { reconnectNow } from '../live/feed.ts';
import { Button } from '../ui/button.tsx';
import { explainError } from '../ui/error-text.ts';
import { TextField } from '../ui/form.tsx';
import { Logo } from '../ui/icon.tsx';
import { words } from './words.ts';

const LEAST_CHARACTERS = 10;

/** Covers the app while nobody is signed in. Paste and password managers work (WCAG 3.3.8). */
export function Login() {
  const form = useAccessForm('/login');
  return (
    <main class="access">
      <form class="access-card" onSubmit={(event) => void form.submit(event)}>
        <Logo />
        <h1>{t(words.signIn)}</h1>
        <TextField
          label={t(words.name)}
          name="username"
          autocomplete="username"
          required
          value={form.name}
          onValue={form.setName}
        />
        <TextField
          label={t(words.password)}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          value={form.password}
          onValue={form.setPassword}
          error={form.error}
        />
        <Button type="submit" variant="primary" busy={form.busy}>
          {t(words.submit)}
        </Button>
      </form>
    </main>
  );
}

/**
 * An address that others can reach, and nobody can log in yet: whoever started it proves so by an admin token (made with
 * the API on the machine itself) and sets the first password.
 */
export function Setup() {
  const form = useAccessForm('/setup');
  const [token, setToken] = useState('');
  const missing = LEAST_CHARACTERS - form.password.length;
  return (
    <main class="access">
      <form class="access-card" onSubmit={(event) => void form.submit(event, token.trim())}>
        <Logo />
        <h1>{t(words.setup)}</h1>
        <p class="muted">{t(words.setupText)}</p>
        <TextField
          label={t(words.token)}
          hint={t(words.tokenHint)}
          name="token"
          autocomplete="off"
          spellcheck={false}
          required
          value={token}
          onValue={setToken}
        />
        <TextField
          label={t(words.name)}
          name="username"
          autocomplete="username"
          required
          value={form.name}
          onValue={form.setName}
        />
        <TextField
          label={t(words.password)}
          hint={
            form.password !== '' && missing > 0 ? t(words.tooShort, { n: missing }) : t(words.rule)
          }
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minLength={LEAST_CHARACTERS}
          value={form.password}
          onValue={form.setPassword}
          error={form.error}
        />
        <Button
          type="submit"
          variant="primary"
          busy={form.busy}
          disabled={missing > 0 || token.trim() === ''}
        >
          {t(words.create)}
        </Button>
      </form>
    </main>
  );
}

function useAccessForm(path: '/login' | '/setup') {
  const [name, setName] = useState(path === '/setup' ? 'admin' : '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const submit = async (event: Event, token = '') => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await send('POST', path, { name, password }, token === '' ? {} : { token });
      await loadMeta();
      loginNeeded.value = false;
      reconnectNow();
      await loadTopics();
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause.code === 'auth/required' ? t(words.tokenWrong) : explainError(cause));
    } finally {
      setBusy(false);
    }
  };
  return { name, setName, password, setPassword, busy, error, submit };
}
