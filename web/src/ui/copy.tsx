import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './button.tsx';
import { common } from './words.ts';

const SHOWN_MS = 1_600;

export function CopyButton(props: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <IconButton
      size="s"
      icon={copied ? 'check' : 'copy'}
      label={copied ? t(common.copied) : (props.label ?? t(common.copy))}
      onClick={() => {
        void copyText(props.text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), SHOWN_MS);
        });
      }}
    />
  );
}

/** To the clipboard; over plain HTTP from another machine browsers offer only the old way. */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr-only';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** Saves text or a picture as a file of the browser. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
