import type { TopicView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { formatState } from '../router/url-state.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { copyText } from '../ui/copy.tsx';
import { Chip } from '../ui/data.tsx';
import { duration, time } from '../ui/format.ts';
import { Segmented } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay.tsx';
import { toast } from '../ui/toast.tsx';
import { type LiveState, MAX_TOPICS, RANGES, type Range, type Span, liveUrl } from './live-url.ts';
import { SpanFields, useSpanFields } from './span-fields.tsx';
import { words } from './words.ts';

export const RANGE_WORD = {
  '15m': words.r15m,
  '1h': words.r1h,
  '6h': words.r6h,
  '24h': words.r24h,
  '7d': words.r7d,
} as const satisfies Record<Range, unknown>;

/** 15 分 · 1 小时 … and a window of one's own. */
export function RangePicker(props: {
  range: Range | null;
  view: Span;
  onRange: (range: Range) => void;
  onSpan: (span: Span) => void;
}) {
  return (
    <div class="row grow">
      <Segmented
        label={t(words.range)}
        value={props.range}
        options={RANGES.map((value) => ({ value, label: t(RANGE_WORD[value]) }))}
        onValue={props.onRange}
      />
      <Popover
        label={t(words.customRange)}
        align="end"
        trigger={(attributes) => (
          <IconButton
            icon="clock"
            label={t(words.customRange)}
            {...attributes}
            pressed={props.range === null}
          />
        )}
      >
        {(close) => (
          <CustomRange
            view={props.view}
            onSpan={(span) => {
              props.onSpan(span);
              close();
            }}
          />
        )}
      </Popover>
    </div>
  );
}

function CustomRange(props: { view: Span; onSpan: (span: Span) => void }) {
  const { span, ...fields } = useSpanFields(props.view);
  return (
    <form
      class="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (span !== null) props.onSpan(span);
      }}
    >
      <SpanFields {...fields} />
      <Button type="submit" variant="primary" disabled={span === null}>
        {t(words.apply)}
      </Button>
    </form>
  );
}

/** Chips of the compared topics; a click hides a line, × takes it away, + adds one. */
export function TopicChips(props: {
  all: readonly TopicView[] | null;
  shown: readonly string[];
  off: readonly string[];
  colors: ReadonlyMap<string, string>;
  onToggle: (topic: string) => void;
  onRemove: (topic: string) => void;
  onAdd: (topic: string) => void;
}) {
  const all = props.all ?? [];
  const names = new Map(all.map((topic) => [topic.id, topic.name]));
  const rest = all.filter((topic) => !props.shown.includes(topic.id));
  return (
    <div class="row" role="group" aria-label={t(words.topicsLabel)}>
      <div class="row wrap chips">
        {props.shown.map((id) => {
          const name = names.get(id) ?? id;
          return (
            <Chip
              key={id}
              swatch={props.colors.get(id) ?? ''}
              pressed={!props.off.includes(id)}
              title={t(words.toggleTopic, { topic: name })}
              onClick={() => props.onToggle(id)}
              {...(props.shown.length > 1
                ? {
                    onRemove: () => props.onRemove(id),
                    removeLabel: t(words.removeTopic, { topic: name }),
                  }
                : {})}
            >
              {name}
            </Chip>
          );
        })}
      </div>
      {props.shown.length < MAX_TOPICS && rest.length > 0 && (
        <Popover
          label={t(words.addTopic)}
          closeOnClick
          trigger={(attributes) => (
            <IconButton size="s" icon="plus" label={t(words.addTopic)} {...attributes} />
          )}
        >
          <p class="muted">{t(words.addTopicHint, { n: MAX_TOPICS })}</p>
          {rest.map((topic) => (
            <button
              key={topic.id}
              type="button"
              class="menu-item"
              onClick={() => props.onAdd(topic.id)}
            >
              <Icon name="plus" size={14} /> {topic.name}
            </button>
          ))}
        </Popover>
      )}
    </div>
  );
}

/** A link that keeps moving with the clock, or one that always shows this very picture. */
export function ShareButton(props: { state: LiveState; view: Span; rangeWord: string }) {
  const linkOf = (state: LiveState) => `${location.origin}/live${formatState(liveUrl, state)}`;
  const copy = (link: string) => {
    void copyText(link).then(() => toast(t(words.linkCopied)));
  };
  return (
    <Popover
      label={t(words.share)}
      align="end"
      closeOnClick
      trigger={(attributes) => (
        <Button icon="share" class="phone-icon" {...attributes}>
          <span>{t(words.share)}</span>
        </Button>
      )}
    >
      <button
        type="button"
        class="menu-item"
        onClick={() => copy(linkOf({ ...props.state, from: null, to: null, at: null, play: 0 }))}
      >
        <span>
          {t(words.shareRelative)}
          <br />
          <span class="muted">{t(words.shareRelativeHint, { range: props.rangeWord })}</span>
        </span>
      </button>
      <button
        type="button"
        class="menu-item"
        onClick={() =>
          copy(
            linkOf({ ...props.state, from: props.view.from, to: props.view.to, at: null, play: 0 }),
          )
        }
      >
        <span>
          {t(words.shareFrozen)}
          <br />
          <span class="muted">
            {t(words.shareFrozenHint, {
              from: time(props.view.from, 'dayMinute'),
              to: time(props.view.to, 'dayMinute'),
            })}
          </span>
        </span>
      </button>
    </Popover>
  );
}

export function stepOptions(): readonly { value: LiveState['step']; label: string }[] {
  const ms = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000 };
  return [
    { value: 'auto', label: t(words.stepAuto) },
    ...(['1m', '5m', '15m', '1h', '6h'] as const).map((value) => ({
      value,
      label: duration(ms[value]),
    })),
  ];
}
