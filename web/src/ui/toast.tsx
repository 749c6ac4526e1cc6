import { signal } from '@preact/signals';
import { t } from '../i18n/i18n.ts';
import { ApiError } from '../api/client.ts';
import { Button, IconButton } from './button.tsx';
import { explainError } from './error-text.ts';
import { common } from './words.ts';

interface Toast {
  id: number;
  message: string;
  tone: 'info' | 'error';
  undo: (() => void) | undefined;
}

const UNDO_MS = 10_000;
const INFO_MS = 4_000;
const ERROR_MS = 12_000;
const toasts = signal<Toast[]>([]);
let nextId = 1;

/** Says what just happened. With `undo` it stays for ten seconds and offers the way back. */
export function toast(
  message: string,
  options: { undo?: () => void; tone?: 'info' | 'error' } = {},
): void {
  const id = nextId++;
  const tone = options.tone ?? 'info';
  toasts.value = [...toasts.value.slice(-2), { id, message, tone, undo: options.undo }];
  const stays = options.undo !== undefined ? UNDO_MS : tone === 'error' ? ERROR_MS : INFO_MS;
  setTimeout(() => dismiss(id), stays);
}

/** For `catch`: shows what failed, why, and the request id. Errors that are not the API's are thrown on. */
export function toastError(cause: unknown): void {
  if (cause instanceof DOMException && cause.name === 'AbortError') return;
  if (!(cause instanceof ApiError)) throw cause;
  const id = cause.requestId === '' ? '' : ` (${t(common.requestId)} ${cause.requestId})`;
  toast(explainError(cause) + id, { tone: 'error' });
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((item) => (
        <div key={item.id} class={`toast toast-${item.tone}`}>
          <span class="grow">{item.message}</span>
          {item.undo !== undefined && (
            <Button
              size="s"
              variant="ghost"
              icon="undo"
              onClick={() => {
                dismiss(item.id);
                item.undo?.();
              }}
            >
              {t(common.undo)}
            </Button>
          )}
          <IconButton
            size="s"
            icon="close"
            label={t(common.close)}
            onClick={() => dismiss(item.id)}
          />
        </div>
      ))}
    </div>
  );
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((item) => item.id !== id);
}
