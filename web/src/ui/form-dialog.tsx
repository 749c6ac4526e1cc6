import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { explainError } from './error-text.ts';
import { isOfField } from './error-words.ts';
import { Icon } from './icon.tsx';
import { Dialog, type DialogProps } from './overlay.tsx';
import { common } from './words.ts';

/** One run of an action at a time, and how the last one failed. Whatever was typed stays. */
export interface Action<A extends unknown[] = []> {
  busy: boolean;
  error: ApiError | undefined;
  run: (...args: A) => Promise<void>;
}

export function useAction<A extends unknown[] = []>(
  work: (...args: A) => Promise<unknown>,
): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (...args: A) => {
    setBusy(true);
    setError(undefined);
    try {
      await work(...args);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}

/**
 * What failed, with the id to quote. Faults of fields named in `fields` stand beside those fields already and are left
 * out here; everything else must be said, or a form would refuse in silence.
 */
export function FormError(props: {
  error: ApiError | undefined;
  fields?: readonly string[];
  /** Loads what somebody else saved meanwhile. */
  onReload?: () => void;
}) {
  const { error, fields = [] } = props;
  if (error === undefined) return null;
  const isShownThere = (pointer: string) => fields.some((field) => isOfField(pointer, field));
  if (error.errors.length > 0 && error.errors.every((item) => isShownThere(item.field)))
    return null;
  return (
    <div class="field-error" role="alert">
      <Icon name="warning" size={14} />
      <span class="grow">
        {explainError(error)}
        {error.status >= 500 && error.requestId !== '' && (
          <>
            {' '}
            {t(common.requestId)} <code>{error.requestId}</code>
          </>
        )}
      </span>
      {error.code === 'stale-edit' && props.onReload !== undefined && (
        <Button size="s" icon="refresh" onClick={props.onReload}>
          {t(common.reload)}
        </Button>
      )}
    </div>
  );
}

/** A form in a window: cancel and save below, Enter saves, a failure is told above the buttons. */
export function FormDialog(
  props: Omit<DialogProps, 'open' | 'footer' | 'actions'> & {
    action: Pick<Action, 'busy' | 'error'>;
    onSave: () => Promise<void>;
    /** Complete and plausible: only then can it be saved. */
    ready: boolean;
    /** Fields that show their own faults. */
    fields?: readonly string[];
    saveLabel?: string;
    /** Further ways to save, left of the main one. */
    more?: ComponentChildren;
  },
) {
  const { action, ready } = props;
  const save = props.saveLabel ?? t(common.save);
  return (
    <Dialog
      open
      title={props.title}
      width={props.width ?? 'm'}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t(common.cancel)}</Button>
          {props.more}
          <Button
            variant="primary"
            busy={action.busy}
            disabled={!ready}
            onClick={() => void props.onSave()}
          >
            {save}
          </Button>
        </>
      }
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !action.busy) void props.onSave();
        }}
      >
        {props.children}
        <FormError
          error={action.error}
          {...(props.fields === undefined ? {} : { fields: props.fields })}
        />
        {/* Enter in a field needs a submit button inside the form; the visible one stands in the footer. */}
        <button type="submit" class="sr-only" tabIndex={-1} aria-hidden="true" disabled={!ready} />
      </form>
    </Dialog>
  );
}
