import type { ComponentChildren } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { common } from './words.ts';

/** Frame of every page: sets the tab's title, shows the heading with its actions. */
export function Page(props: {
  title: string;
  /** One sentence under the title. */
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  /** Uses the full width instead of a readable column. */
  wide?: boolean;
  children: ComponentChildren;
}) {
  // Not `props` inside: an effect lives until its inputs change, and with it all that it mentions. The children of the
  // first render lead to the elements of every later one, which then are never let go (18 MB in half a minute, measured).
  const { title } = props;
  useEffect(() => {
    document.title = t(common.pageOf, { name: title });
  }, [title]);
  return (
    <div class={`page ${props.wide === true ? 'page-wide' : ''}`}>
      <header class="page-head">
        <div class="grow">
          <h1>{props.title}</h1>
          {props.lead !== undefined && <p class="page-lead">{props.lead}</p>}
        </div>
        {props.actions !== undefined && <div class="row wrap page-actions">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A card with a heading. */
export function Panel(props: {
  title?: string;
  actions?: ComponentChildren;
  /** Figures' basis and the like, small, under the heading. */
  hint?: ComponentChildren;
  children: ComponentChildren;
  flush?: boolean;
  class?: string;
}) {
  const id = useId();
  return (
    <section
      class={`panel ${props.flush === true ? 'panel-flush' : ''} ${props.class ?? ''}`}
      aria-labelledby={props.title === undefined ? undefined : id}
    >
      {props.title !== undefined && (
        <header class="panel-head">
          <div class="grow">
            <h2 id={id}>{props.title}</h2>
            {props.hint !== undefined && <p class="panel-hint">{props.hint}</p>}
          </div>
          {props.actions}
        </header>
      )}
      <div class="panel-body">{props.children}</div>
    </section>
  );
}

/** A key as printed on the keyboard. */
export function Kbd(props: { children: string }) {
  return <kbd class="kbd">{props.children}</kbd>;
}
