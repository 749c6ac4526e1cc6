import type { Backtest } from '#shared/wire/api.ts';
import type { Rule } from '#shared/alert/rule.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { tickLabel, timeTicks } from '../charts/time-axis.ts';
import { t, tw } from '../i18n/i18n.ts';
import { prefs } from '../state/prefs.ts';
import { time, zone } from '../ui/format.ts';
import { type Scale, linearScale, niceDomain, niceTicks, snap, spread } from './chart-scale.ts';
import { KINDS, defaultRecovery, figureText, valueText } from './kinds.ts';
import { words } from './words.ts';

const HEIGHT = 240;
const LEFT = 46;
/** Room for the longest label: “Recovery 12,000”. */
const RIGHT = 96;
const TOP = 10;
const BOTTOM = 24;
/** A finger needs room; the line itself is thin (WCAG 2.5.8). */
const GRIP = 28;
const LABEL_GAP = 14;

export type ThresholdName = 'critical' | 'warning' | 'recovery';

/**
 * The measure over time with its thresholds as lines one can take hold of: by pointer, or focused, with the arrow keys
 * (Page Up and Down in larger steps). Stretches that would have fired are shaded.
 */
export function ThresholdChart(props: {
  rule: Rule;
  data: Backtest | undefined;
  /** Null: the lines are only looked at. */
  onThreshold: ((name: ThresholdName, value: number) => void) | null;
}) {
  const { rule, data, onThreshold } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const kind = KINDS[rule.kind];
  const limits: [number, number] = [kind.min / kind.scale, kind.max / kind.scale];
  const lines: { name: ThresholdName; value: number; own: boolean }[] = [
    { name: 'critical', value: rule.critical, own: true },
    ...(rule.warning === null
      ? []
      : [{ name: 'warning' as const, value: rule.warning, own: true }]),
    {
      name: 'recovery',
      value: rule.recovery ?? defaultRecovery(rule),
      own: rule.recovery !== null,
    },
  ];
  const values = (data?.points ?? []).flatMap((point) =>
    point.value === null ? [] : [point.value],
  );
  // The scale stands still while a line is held: one that fits itself to the line would run from under the pointer.
  const held = useRef<[number, number] | null>(null);
  const domain =
    held.current ??
    niceDomain(
      [...values, ...lines.map((line) => line.value)],
      [Math.min(limits[0], 0), limits[1]],
    );
  const y = linearScale(domain, [HEIGHT - BOTTOM, TOP]);
  const from = data === undefined ? 0 : Date.parse(data.from);
  const to = data === undefined ? 1 : Date.parse(data.to);
  const labels = spread(
    lines.map((line) => y.toPixel(line.value)),
    LABEL_GAP,
    [TOP + 4, HEIGHT - BOTTOM],
  );
  const x = linearScale([from, to], [LEFT, Math.max(LEFT + 1, width - RIGHT)]);
  const label =
    data === undefined
      ? tw(kind.word)
      : t(words.btChart, {
          measure: tw(kind.word),
          from: time(data.from),
          to: `${time(data.to)} (${zone()})`,
        });
  return (
    <div ref={box} class="alerts-chart">
      <svg width={width} height={HEIGHT} role="group" aria-label={label}>
        <g role="img" aria-label={label}>
          <Axes x={x} y={y} rule={rule} width={width} drawTime={data !== undefined} />
          {data !== undefined && <Fires data={data} x={x} />}
          {data !== undefined && <path class="alerts-chart-line" d={linePath(data, x, y)} />}
        </g>
        {lines.map((line, index) => (
          <ThresholdLine
            key={line.name}
            {...line}
            labelAt={labels[index] ?? 0}
            rule={rule}
            y={y}
            width={width}
            onHold={(isHeld) => {
              held.current = isHeld ? domain : null;
            }}
            onValue={
              onThreshold === null
                ? null
                : (value) => onThreshold(line.name, snap(value, kind.step / kind.scale, limits))
            }
          />
        ))}
      </svg>
    </div>
  );
}

function Axes(props: { x: Scale; y: Scale; rule: Rule; width: number; drawTime: boolean }) {
  const { x, y, width } = props;
  const most = Math.max(2, Math.floor((width - LEFT - RIGHT) / 76));
  const ticks = props.drawTime ? timeTicks(x.min, x.max, most, zone()) : [];
  return (
    <g class="alerts-chart-axes" aria-hidden="true">
      {niceTicks([y.min, y.max]).map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={width - RIGHT} y1={y.toPixel(value)} y2={y.toPixel(value)} />
          <text x={LEFT - 6} y={y.toPixel(value) + 4} text-anchor="end">
            {figureText(props.rule.kind, value)}
          </text>
        </g>
      ))}
      {ticks.map((at) => (
        <text key={at} x={x.toPixel(at)} y={HEIGHT - 6} text-anchor="middle">
          {tickLabel(at, x.max - x.min, prefs.language.value, zone())}
        </text>
      ))}
    </g>
  );
}

function Fires({ data, x }: { data: Backtest; x: Scale }) {
  return (
    <g aria-hidden="true">
      {data.fires.map((fire) => {
        const left = x.toPixel(Date.parse(fire.from));
        const right = x.toPixel(fire.to === null ? x.max : Date.parse(fire.to));
        return (
          <rect
            key={fire.from}
            class={`alerts-chart-fire alerts-chart-${fire.severity}`}
            x={left}
            width={Math.max(2, right - left)}
            y={TOP}
            height={HEIGHT - BOTTOM - TOP}
          />
        );
      })}
    </g>
  );
}

function ThresholdLine(props: {
  name: ThresholdName;
  value: number;
  own: boolean;
  /** Pixel of its label: thresholds close to each other must not write over one another. */
  labelAt: number;
  rule: Rule;
  y: Scale;
  width: number;
  onHold: (isHeld: boolean) => void;
  onValue: ((value: number) => void) | null;
}) {
  const { name, value, rule, y, width, onHold, onValue } = props;
  const kind = KINDS[rule.kind];
  const at = y.toPixel(value);
  const grabbed = useRef<{ pointer: number; offset: number } | null>(null);
  const step = kind.step / kind.scale;
  const release = (): void => {
    if (grabbed.current === null) return;
    grabbed.current = null;
    onHold(false);
    // Said once more, so that the scale fits itself to where the line was let go.
    onValue?.(value);
  };
  const keys: Record<string, number> = {
    ArrowUp: step,
    ArrowRight: step,
    ArrowDown: -step,
    ArrowLeft: -step,
    PageUp: 10 * step,
    PageDown: -10 * step,
  };
  const word = { critical: words.critical, warning: words.warning, recovery: words.recovery }[name];
  const look = `alerts-line alerts-line-${name} ${props.own ? '' : 'alerts-line-default'}`;
  const drawn = (
    <>
      <line x1={LEFT} x2={width - RIGHT} y1={at} y2={at} />
      <text x={width - RIGHT + 6} y={props.labelAt + 4}>
        {t(word)} {figureText(rule.kind, value)}
      </text>
    </>
  );
  if (onValue === null) return <g class={`${look} alerts-line-fixed`}>{drawn}</g>;
  return (
    <g
      class={look}
      role="slider"
      // SVG knows the attribute in small letters only.
      tabindex={0}
      aria-orientation="vertical"
      aria-label={t(words.btLine, { name: t(word) })}
      aria-valuemin={kind.min}
      aria-valuemax={kind.max}
      aria-valuenow={Number((value * kind.scale).toFixed(2))}
      aria-valuetext={valueText(rule.kind, value)}
      onKeyDown={(event) => {
        const change = keys[event.key];
        if (change === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onValue(value + change);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        grabbed.current = { pointer: event.pointerId, offset: pointerY(event) - at };
        onHold(true);
      }}
      onPointerMove={(event) => {
        if (grabbed.current?.pointer !== event.pointerId) return;
        onValue(y.toValue(pointerY(event) - grabbed.current.offset));
      }}
      onPointerUp={release}
      onPointerCancel={release}
    >
      <rect
        class="alerts-line-grip"
        x={LEFT}
        y={at - GRIP / 2}
        width={Math.max(0, width - LEFT)}
        height={GRIP}
      />
      {drawn}
    </g>
  );
}

function pointerY(event: PointerEvent): number {
  const svg = (event.currentTarget as SVGElement).ownerSVGElement;
  return event.clientY - (svg?.getBoundingClientRect().top ?? 0);
}

function linePath(data: Backtest, x: Scale, y: Scale): string {
  let path = '';
  let pen = 'M';
  for (const point of data.points) {
    if (point.value === null) {
      pen = 'M';
      continue;
    }
    path += `${pen}${x.toPixel(Date.parse(point.at)).toFixed(1)} ${y.toPixel(point.value).toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}
