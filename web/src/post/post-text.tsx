import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { MarkedText } from '../ui/marked-text.tsx';
import { type EvidenceSpan, evidenceMarks } from './evidence.ts';
import { words } from './words.ts';
import './post.css';

/** Fits three lines even on the narrowest phone. */
const NEVER_CLIPPED = 50;

/** A post's text with the words that decided its mood; at most three lines until it is opened. */
export function ClampedText(props: { text: string; spans: readonly EvidenceSpan[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [clipped, setClipped] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    // Reading a height makes the browser lay out the page: not for texts that fit in any case.
    if (props.text.length <= NEVER_CLIPPED) setClipped(false);
    else if (element !== null && !open) setClipped(element.scrollHeight > element.clientHeight + 2);
  }, [props.text, open]);
  return (
    <>
      <div ref={frame} class={open ? '' : 'post-clamp'}>
        <MarkedText text={props.text} marks={evidenceMarks(props.text, props.spans)} />
      </div>
      {(clipped || open) && (
        <button
          type="button"
          class="text-button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t(open ? words.collapse : words.expand)}
        </button>
      )}
    </>
  );
}
