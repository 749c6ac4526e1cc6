import { t } from '../i18n/i18n.ts';
import { TextField } from '../ui/form.tsx';
import { words } from './words.ts';

export const LEAST_CHARACTERS = 10;

/** A new password: says how many characters are missing; pasting and password managers work. */
export function NewPasswordField(props: {
  label: string;
  value: string;
  onValue: (password: string) => void;
  error?: string | undefined;
}) {
  const missing = LEAST_CHARACTERS - props.value.length;
  return (
    <TextField
      label={props.label}
      hint={
        props.value !== '' && missing > 0
          ? t(words.passwordShort, { n: missing })
          : t(words.passwordRule)
      }
      type="password"
      name="new-password"
      autocomplete="new-password"
      required
      minLength={LEAST_CHARACTERS}
      maxLength={128}
      value={props.value}
      onValue={props.onValue}
      error={props.error}
    />
  );
}
