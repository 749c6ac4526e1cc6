import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './button.tsx';
import { common } from './words.ts';

export interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
  /** Beside the title in a drawer. */
  actions?: ComponentChildren;
  width?: 's' | 'm' | 'l';
}

/** Modal window. The native <dialog> keeps the focus inside and gives it back. */
export function Dialog(props: DialogProps) {
  return <Modal {...props} kind="dialog" />;
}

/** Panel from the right, full screen on phones: details of one row, without leaving the list. */
export function Drawer(props: DialogProps) {
  return <Modal {...props} kind="drawer" />;
}

function Modal(props: DialogProps & { kind: 'dialog' | 'drawer' }) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Not `props` inside: see Page.
  const { open } = props;
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={element}
      class={`${props.kind} ${props.kind}-${props.width ?? 'm'}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) props.onClose();
      }}
    >
      <div class="modal-frame">
        <header class="modal-head">
          <h2 id={titleId}>{props.title}</h2>
          {props.actions}
          <IconButton icon="close" label={t(common.close)} onClick={props.onClose} />
        </header>
        <div class="modal-body">{props.children}</div>
        {props.footer !== undefined && <footer class="modal-foot">{props.footer}</footer>}
      </div>
    </dialog>
  );
}

/**
 * Small panel under its trigger. `trigger` gets the attributes its button must carry; Escape, a click outside
 * and (with `closeOnClick`) a click inside close it.
 */
export function Popover(props: {
  label: string;
  trigger: (attributes: {
    onClick: () => void;
    'aria-expanded': boolean;
    'aria-haspopup': 'dialog';
    'aria-controls': string;
  }) => ComponentChildren;
  children: ComponentChildren | ((close: () => void) => ComponentChildren);
  align?: 'start' | 'end';
  side?: 'bottom' | 'top';
  closeOnClick?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  useCloseOutside(root, open, () => setOpen(false), close);
  return (
    <span ref={root} class="popover-root">
      {props.trigger({
        onClick: () => setOpen(!open),
        'aria-expanded': open,
        'aria-haspopup': 'dialog',
        'aria-controls': id,
      })}
      {open && (
        <div
          id={id}
          class={`popover popover-${props.align ?? 'start'} popover-${props.side ?? 'bottom'}`}
          role="dialog"
          aria-label={props.label}
          onClick={() => props.closeOnClick === true && close()}
        >
          {typeof props.children === 'function' ? props.children(close) : props.children}
        </div>
      )}
    </span>
  );
}

function useCloseOutside(
  root: RefObject<HTMLElement | null>,
  open: boolean,
  onOutside: () => void,
  onEscape: () => void,
): void {
  const latest = useRef({ onOutside, onEscape });
  latest.current = { onOutside, onEscape };
  useEffect(() => {
    if (!open) return;
    const pointer = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true)
        latest.current.onOutside();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || inInnerDialog(root.current, event.target)) return;
      event.stopPropagation();
      latest.current.onEscape();
    };
    document.addEventListener('pointerdown', pointer, true);
    document.addEventListener('keydown', key, true);
    return () => {
      document.removeEventListener('pointerdown', pointer, true);
      document.removeEventListener('keydown', key, true);
    };
  }, [open]);
}

/** A modal opened from inside a popover (a calendar, say) takes its own Escape. */
function inInnerDialog(root: HTMLElement | null, target: EventTarget | null): boolean {
  const dialog = target instanceof Element ? target.closest('dialog') : null;
  return dialog !== null && root?.contains(dialog) === true;
}
