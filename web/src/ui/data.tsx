import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type MoodLabel, NEUTRAL_HALF_WIDTH } from '#shared/mood/mood.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { common } from './words.ts';
import { change, count, time } from './format.ts';

// ── mood ────────────────────────────────────────────────────────────────────────────────────────
export const MOOD_GLYPH = { positive: '▲', neutral: '●', negative: '▼' } as const;

export function moodWord(label: MoodLabel): string {
  return t(common[label]);
}

/** Label of an index −100…100, by the same limits as single posts. */
export function moodLabelOfIndex(index: number): MoodLabel {
  const half = NEUTRAL_HALF_WIDTH * 100;
  return index > half ? 'positive' : index < -half ? 'negative' : 'neutral';
}

/** ▲ +31 正面: glyph, sign, colour and (unless `short`) the word. `value` is the index −100…100. */
export function MoodValue(props: { value: number | null; label?: MoodLabel; short?: boolean }) {
  if (props.value === null) {
    return (
      <span class="muted" title={t(common.noMood)}>
        –
      </span>
    );
  }
  const label = props.label ?? moodLabelOfIndex(props.value);
  return (
    <span class={`mood mood-${label}`} title={t(common.moodUnit)}>
      <span class="mood-glyph" aria-hidden="true">
        {MOOD_GLYPH[label]}
      </span>
      <span class="num">{formatMood(props.value)}</span>
      {props.short === true ? (
        <span class="sr-only">{moodWord(label)}</span>
      ) : (
        <span class="mood-word">{moodWord(label)}</span>
      )}
    </span>
  );
}

/** Positive / neutral / negative as one bar with its figures in words. */
export function MoodBar(props: { positive: number; neutral: number; negative: number }) {
  const total = props.positive + props.neutral + props.negative;
  const part = (n: number) => (total === 0 ? 0 : n / total);
  const percent = (n: number) => (total === 0 ? '–' : `${Math.round(part(n) * 100)}%`);
  const parts = ['positive', 'neutral', 'negative'] as const;
  return (
    <span class="mood-bar">
      <span class="mood-bar-track" aria-hidden="true">
        {parts.map((label) => (
          <span
            key={label}
            class={`mood-bar-${label}`}
            style={{ flexGrow: String(part(props[label])) }}
          />
        ))}
      </span>
      <span class="mood-bar-figures">
        {parts.map((label) => (
          <span key={label} class={`mood-${label}`}>
            <span class="mood-bar-word">{moodWord(label)}</span> <b>{percent(props[label])}</b>
          </span>
        ))}
      </span>
    </span>
  );
}

/** Change against the time before, in neutral ink: movement is not mood. `points`: differences of the index. */
export function Delta(props: {
  now: number | null;
  before: number | null;
  points?: boolean;
  /** Of what; `hideLabel` where the place says it to those who see. */
  label?: string;
  hideLabel?: boolean;
}) {
  if (props.now === null || props.before === null) return null;
  const difference = Math.round(props.now) - Math.round(props.before);
  const text =
    props.points === true
      ? difference === 0
        ? '0'
        : formatMood(difference)
      : change(props.now, props.before);
  if (text === null) return null;
  return (
    <span class="delta">
      {props.label !== undefined && (
        <span class={props.hideLabel === true ? 'sr-only' : 'delta-label'}>{props.label}</span>
      )}
      <span class="delta-glyph" aria-hidden="true">
        {difference > 0 ? '▲' : difference < 0 ? '▼' : '–'}
      </span>
      <span class="sr-only">
        {t(difference > 0 ? common.up : difference < 0 ? common.down : common.unchanged)}
      </span>
      <span class="num">{text.replace(/^[+−]/, '')}</span>
    </span>
  );
}

// ── figures ─────────────────────────────────────────────────────────────────────────────────────
export function Stat(props: {
  label: string;
  value: ComponentChildren;
  detail?: ComponentChildren;
  title?: string;
}) {
  return (
    <div class="stat" title={props.title}>
      <span class="stat-label">{props.label}</span>
      <span class="stat-value">{props.value}</span>
      {props.detail !== undefined && <span class="stat-detail">{props.detail}</span>}
    </div>
  );
}

export function Badge(props: {
  tone?: 'neutral' | 'accent' | 'warn' | 'danger' | 'positive' | 'negative';
  children: ComponentChildren;
  title?: string;
}) {
  return (
    <span class={`badge badge-${props.tone ?? 'neutral'}`} title={props.title}>
      {props.children}
    </span>
  );
}

/** Marks everything that shows made-up data, without exception. */
export function DemoBadge() {
  return (
    <Badge tone="warn" title={t(common.demoPost)}>
      {t(common.demo)}
    </Badge>
  );
}

export function Chip(props: {
  children: ComponentChildren;
  /** CSS colour of the square in front. */
  swatch?: string;
  pressed?: boolean;
  onClick?: () => void;
  onRemove?: () => void;
  removeLabel?: string;
  title?: string;
}) {
  const swatch = props.swatch !== undefined && (
    <span class="swatch" style={{ background: props.swatch }} aria-hidden="true" />
  );
  return (
    <span class={`chip ${props.pressed === false ? 'chip-off' : ''}`}>
      {props.onClick === undefined ? (
        <span class="chip-body">
          {swatch}
          {props.children}
        </span>
      ) : (
        <button
          type="button"
          class="chip-body"
          aria-pressed={props.pressed}
          title={props.title}
          onClick={props.onClick}
        >
          {swatch}
          {props.children}
        </button>
      )}
      {props.onRemove !== undefined && (
        <button
          type="button"
          class="chip-remove"
          aria-label={props.removeLabel ?? t(common.remove)}
          onClick={props.onRemove}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}

/** Line without axes for a row of a table. `label` says in words what it shows. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  label: string;
  width?: number;
  height?: number;
  color?: string;
  /** Fixed scale; otherwise the data's own. */
  min?: number;
  max?: number;
}) {
  const { values, width = 96, height = 24 } = props;
  const known = values.filter((value) => value !== null);
  const min = props.min ?? Math.min(...known, 0);
  const max = props.max ?? Math.max(...known, min + 1);
  const x = (index: number) => (index / Math.max(1, values.length - 1)) * (width - 2) + 1;
  const y = (value: number) => height - 2 - ((value - min) / (max - min)) * (height - 4);
  let line = '';
  let pen = 'M';
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    line += `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  }
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={props.label}
    >
      <path
        d={line}
        fill="none"
        stroke={props.color ?? 'var(--ink-3)'}
        stroke-width="1.5"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}

/** Horizontal share bar of a ranked list: name, figure, link to exactly those posts. */
export function RankList(props: {
  label: string;
  items: readonly {
    key: string;
    name: ComponentChildren;
    n: number;
    href?: string;
    detail?: ComponentChildren;
  }[];
}) {
  const most = Math.max(1, ...props.items.map((item) => item.n));
  return (
    <ol class="rank" aria-label={props.label}>
      {props.items.map((item) => (
        <li key={item.key} class="rank-item">
          <span
            class="rank-bar"
            style={{ width: `${(item.n / most) * 100}%` }}
            aria-hidden="true"
          />
          {item.href === undefined ? (
            <span class="rank-name">{item.name}</span>
          ) : (
            <a class="rank-name" href={item.href}>
              {item.name}
            </a>
          )}
          {item.detail !== undefined && <span class="rank-detail">{item.detail}</span>}
          <span class="rank-n num">{count(item.n)}</span>
        </li>
      ))}
    </ol>
  );
}

/** An instant in the user's zone; the full form on hover. */
export function Time(props: { at: string | number; style?: Parameters<typeof time>[1] }) {
  const instant = typeof props.at === 'string' ? props.at : new Date(props.at).toISOString();
  return (
    <time dateTime={instant} title={time(props.at, 'full')}>
      {time(props.at, props.style)}
    </time>
  );
}

// ── lists ───────────────────────────────────────────────────────────────────────────────────────
export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Figures stand at the right. */
  numeric?: boolean;
  /** The row's name: bold, first line of the card on phones. */
  primary?: boolean;
  /** Title for screen readers only (a column of buttons). */
  hideTitle?: boolean;
  width?: string;
}

/** A table that turns into cards on phones. With `onRow` the rows open; the primary cell is the button. */
export function Table<Row>(props: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onRow?: (row: Row) => void;
  dense?: boolean;
}) {
  return (
    <div class="table-frame">
      <table class={`table ${props.dense === true ? 'table-dense' : ''}`}>
        <caption class="sr-only">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                class={column.numeric === true ? 'numeric' : ''}
                style={column.width === undefined ? {} : { width: column.width }}
              >
                {column.hideTitle === true ? (
                  <span class="sr-only">{column.title}</span>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr
              key={props.rowKey(row)}
              class={props.onRow === undefined ? '' : 'row-opens'}
              onClick={(event) => {
                const inner = (event.target as Element).closest('a, button, input, select, label');
                if (inner === null) props.onRow?.(row);
              }}
            >
              {props.columns.map((column) => {
                const content = column.cell(row);
                return (
                  <td
                    key={column.key}
                    data-label={column.hideTitle === true ? '' : column.title}
                    class={`${column.numeric === true ? 'numeric' : ''} ${column.primary === true ? 'primary' : ''}`}
                  >
                    {column.primary === true && props.onRow !== undefined ? (
                      <button type="button" class="row-button" onClick={() => props.onRow?.(row)}>
                        {content}
                      </button>
                    ) : (
                      content
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** End of a cursor list: loads the next page when it comes into view, or by its button. */
export function MoreRows(props: { next: string | null; busy: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null || props.next === null || props.busy) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) props.onMore();
      },
      { rootMargin: '300px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [props.next, props.busy]);
  if (props.next === null) return null;
  return (
    <div ref={end} class="more-rows">
      <Button busy={props.busy} onClick={props.onMore}>
        {t(common.loadMore)}
      </Button>
    </div>
  );
}
