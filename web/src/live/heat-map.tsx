import { useEffect, useRef, useState } from 'preact/hooks';
import type { Series } from '#shared/wire/api.ts';
import { DAY_MS, HOUR_MS } from '#shared/series/bucket.ts';
import { useQuery } from '../api/use-query.ts';
import { formatMood, zoneOffset } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { type Point, readPoints } from '../state/series-store.ts';
import { MOOD_GLYPH, moodLabelOfIndex, moodWord } from '../ui/data.tsx';
import { count, time, zone } from '../ui/format.ts';
import { Segmented } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { Loaded, Skeleton } from '../ui/state.tsx';
import { postsLink } from './overview.tsx';
import { words } from './words.ts';

const DAYS = 7;

/** Hour by day of the last week in the viewer's zone. A real table: each cell says its figures and opens its posts. */
export function HeatMap(props: { topic: string; now: number }) {
  const [kind, setKind] = useState<'mood' | 'volume'>('mood');
  const offset = zoneOffset(props.now, zone());
  const today = Math.floor((props.now + offset) / DAY_MS) * DAY_MS - offset;
  const from = today - (DAYS - 1) * DAY_MS;
  const query = useQuery<Series>(
    '/series',
    {
      topics: props.topic,
      from: new Date(from).toISOString(),
      to: new Date(today + DAY_MS).toISOString(),
      step: '1h',
    },
    60_000,
  );
  return (
    <Panel
      title={t(words.heat)}
      hint={t(words.heatHint, { topic: topicName(props.topic), zone: zone() })}
      actions={
        <Segmented
          size="s"
          label={t(words.heat)}
          value={kind}
          onValue={setKind}
          options={[
            { value: 'mood', label: t(words.heatMood) },
            { value: 'volume', label: t(words.heatVolume) },
          ]}
        />
      }
    >
      <Loaded query={query} skeleton={<Skeleton lines={7} height={22} />}>
        {(series) => {
          const found = series.topics[0];
          const points = new Map(
            readPoints(found?.points ?? [], found?.prior ?? 0).map((point) => [point.at, point]),
          );
          return (
            <HeatTable
              topic={props.topic}
              from={from}
              now={props.now}
              points={points}
              kind={kind}
            />
          );
        }}
      </Loaded>
    </Panel>
  );
}

function HeatTable(props: {
  topic: string;
  from: number;
  now: number;
  points: ReadonlyMap<number, Point>;
  kind: 'mood' | 'volume';
}) {
  const most = Math.max(1, ...[...props.points.values()].map((point) => point.n));
  // A replay has not got to what lies after its own now, whatever the store knows.
  const newest = [...props.points.values()].findLast(
    (point) => point.n > 0 && point.at <= props.now,
  )?.at;
  const frame = useRef<HTMLDivElement>(null);
  // Too narrow for a day: begin at the hours that are now.
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const hour = (props.now - props.from) / HOUR_MS - (DAYS - 1) * 24;
    element.scrollLeft = (element.scrollWidth * hour) / 24 - element.clientWidth / 2;
  }, []);
  const days = Array.from({ length: DAYS }, (_, day) => props.from + day * DAY_MS);
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return (
    <>
      <div ref={frame} class="heat-frame" onKeyDown={moveInTable}>
        <table class="heat">
          <caption class="sr-only">{t(words.heatScale)}</caption>
          <thead>
            <tr>
              <td />
              {hours.map((hour) => (
                <th key={hour} scope="col">
                  {hour % 3 === 0 ? hour : <span class="sr-only">{hour}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day}>
                <th scope="row">{time(day, 'day')}</th>
                {hours.map((hour) => (
                  <HeatCell
                    key={hour}
                    {...props}
                    at={day + hour * HOUR_MS}
                    hour={hour}
                    most={most}
                    first={day + hour * HOUR_MS === newest}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <HeatScale kind={props.kind} most={most} />
    </>
  );
}

/** What the colours say, as far as a glance needs it. */
function HeatScale(props: { kind: 'mood' | 'volume'; most: number }) {
  const labels = props.kind === 'mood' ? (['negative', 'neutral', 'positive'] as const) : [];
  return (
    <p class="muted heat-note">
      {labels.map((label) => (
        <span key={label} class="heat-key">
          <span class={`heat-swatch heat-${label}`} aria-hidden="true" />
          {MOOD_GLYPH[label]} {moodWord(label)}
        </span>
      ))}
      <span class="heat-key">
        <span class={`heat-ramp heat-ramp-${props.kind}`} aria-hidden="true" />
        {t(words.heatStrength, { n: count(props.most) })}
      </span>
    </p>
  );
}

/** Arrow keys go from cell to cell, so that Tab need not pass 168 links. */
function moveInTable(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -24, ArrowDown: 24 }[event.key];
  const frame = event.currentTarget;
  if (step === undefined || !(frame instanceof HTMLElement)) return;
  const cells = [...frame.querySelectorAll('tbody td')];
  const here = cells.findIndex((cell) => cell.contains(document.activeElement));
  for (let next = here + step; next >= 0 && next < cells.length; next += step) {
    const link = cells[next]?.querySelector('a');
    if (link === null || link === undefined) continue;
    event.preventDefault();
    link.focus();
    return;
  }
}

function HeatCell(props: {
  topic: string;
  points: ReadonlyMap<number, Point>;
  kind: 'mood' | 'volume';
  at: number;
  hour: number;
  most: number;
  now: number;
  /** The one cell that Tab stops at. */
  first: boolean;
}) {
  const point = props.points.get(props.at);
  if (props.at > props.now) return <td class="heat-future" />;
  if (point === undefined || point.n === 0 || point.mood === null) return <td class="heat-none" />;
  const label = moodLabelOfIndex(point.mood * 2);
  const strength = Math.round(16 + 76 * Math.sqrt(point.n / props.most));
  const tint = props.kind === 'mood' ? `var(--${label})` : 'var(--ink-2)';
  const text = t(words.heatCell, {
    day: time(props.at, 'day'),
    hour: props.hour,
    mood: formatMood(point.mood),
    n: count(point.n),
  });
  return (
    <td>
      <a
        class={`${props.kind === 'mood' ? `heat-${label}` : ''} ${strength > 54 ? 'heat-strong' : ''}`}
        href={postsLink({ topic: props.topic }, { from: props.at, to: props.at + HOUR_MS })}
        title={text}
        aria-label={text}
        tabIndex={props.first ? 0 : -1}
        style={{ background: `color-mix(in oklab, ${tint} ${strength}%, var(--surface))` }}
      />
    </td>
  );
}
