import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { Button, IconButton } from './button.tsx';
import type { IconName } from './icon.tsx';
import { Dialog } from './overlay.tsx';
import { toastError } from './toast.tsx';
import { common } from './words.ts';

/** A button for what cannot be undone: asks first, says exactly what will be lost, then does it. */
export function ConfirmButton(props: {
  /** On the button and, as the verb, in the dialog. */
  label: string;
  title: string;
  text: ComponentChildren;
  onConfirm: () => Promise<unknown>;
  icon?: IconName;
  /** Only the icon on screen. */
  iconOnly?: boolean;
  size?: 's' | 'm';
  disabled?: boolean;
}) {
  const { label, icon = 'trash', size = 'm' } = props;
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await props.onConfirm();
      setOpen(false);
    } catch (cause) {
      toastError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {props.iconOnly === true ? (
        <IconButton
          icon={icon}
          size={size}
          label={label}
          disabled={props.disabled === true}
          onClick={() => setOpen(true)}
        />
      ) : (
        <Button
          variant="danger"
          size={size}
          icon={icon}
          disabled={props.disabled === true}
          onClick={() => setOpen(true)}
        >
          {label}
        </Button>
      )}
      <Dialog
        open={open}
        width="s"
        title={props.title}
        onClose={() => setOpen(false)}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>{t(common.cancel)}</Button>
            <Button variant="danger" icon={icon} busy={busy} onClick={() => void confirm()}>
              {label}
            </Button>
          </>
        }
      >
        {props.text}
      </Dialog>
    </>
  );
}
