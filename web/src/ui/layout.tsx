import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
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
  useEffect(() => {
    document.title = t(common.pageOf, { name: props.title });
  }, [props.title]);
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

/** Views of one page. The caller keeps `value` (best in the URL) and shows the chosen panel in `children`. */
export function Tabs<T extends string>(props: {
  label: string;
  tabs: readonly { id: T; label: string; count?: number }[];
  value: T;
  onValue: (value: T) => void;
  children: ComponentChildren;
}) {
  const id = useId();
  const bar = useRef<HTMLDivElement>(null);
  const index = props.tabs.findIndex((tab) => tab.id === props.value);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (index + step + props.tabs.length) % props.tabs.length;
    const tab = props.tabs[next];
    if (tab === undefined) return;
    props.onValue(tab.id);
    bar.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div class="tabs">
      <div ref={bar} class="tabs-bar" role="tablist" aria-label={props.label} onKeyDown={move}>
        {props.tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab.id === props.value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === props.value ? 0 : -1}
            onClick={() => props.onValue(tab.id)}
          >
            {tab.label}
            {tab.count !== undefined && <span class="tab-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div
        id={`${id}-panel`}
        class="tabs-panel"
        role="tabpanel"
        aria-labelledby={`${id}-${props.value}`}
      >
        {props.children}
      </div>
    </div>
  );
}

/** A key as printed on the keyboard. */
export function Kbd(props: { children: string }) {
  return <kbd class="kbd">{props.children}</kbd>;
}
