import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { type EvidenceSpan, splitEvidence } from './evidence.ts';
import { words } from './words.ts';
import './post.css';

/** Text of a post with the words that decided its mood marked by sign. Text nodes only: posts are hostile input. */
export function EvidenceText(props: { text: string; spans: readonly EvidenceSpan[] }) {
  return (
    <bdi class="post-text">
      {splitEvidence(props.text, props.spans).map((part, index) =>
        part.effect === 0 ? (
          part.text
        ) : (
          <mark
            key={index}
            class={part.effect > 0 ? 'evidence-positive' : 'evidence-negative'}
            title={`${part.effect > 0 ? '+' : '−'}${Math.abs(part.effect * 100).toFixed(0)}`}
          >
            {part.text}
          </mark>
        ),
      )}
    </bdi>
  );
}

/** At most three lines until it is opened. */
export function ClampedText(props: { text: string; spans: readonly EvidenceSpan[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [clipped, setClipped] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element !== null && !open) setClipped(element.scrollHeight > element.clientHeight + 2);
  }, [props.text, open]);
  return (
    <>
      <div ref={frame} class={open ? '' : 'post-clamp'}>
        <EvidenceText text={props.text} spans={props.spans} />
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
