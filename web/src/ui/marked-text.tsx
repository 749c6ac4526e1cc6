import { type Mark, cutText } from './cut-text.ts';
import './marked-text.css';

/** A post's words with the decisive ones marked. Hostile input: text nodes only, isolated from the page's direction. */
export function MarkedText(props: { text: string; marks: readonly Mark[]; clamp?: boolean }) {
  return (
    <bdi class={`marked ${props.clamp === true ? 'marked-clamp' : ''}`}>
      {cutText(props.text, props.marks).map((piece, index) =>
        piece.mark === null ? (
          piece.text
        ) : (
          <mark
            key={index}
            class={`mark mark-${piece.mark.tone} ${piece.mark.soft === true ? 'mark-soft' : ''}`}
            title={piece.mark.title}
          >
            {piece.text}
          </mark>
        ),
      )}
    </bdi>
  );
}
