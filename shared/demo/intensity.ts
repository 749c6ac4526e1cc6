import { DEMO, dayTime } from './story.ts';
import type { Storyline } from './phrases/storyline.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Weibo's day: asleep from two to six, a small peak at noon, the large one at nine in the evening. */
const DAY_CURVE = [
  0.62, 0.36, 0.2, 0.12, 0.09, 0.12, 0.3, 0.6, 0.86, 1, 1.06, 1.08, 1.2, 1.08, 0.96, 0.96, 0.98, 1,
  1.04, 1.18, 1.4, 1.52, 1.42, 1.06,
] as const;
const DAY_CURVE_SUM = DAY_CURVE.reduce<number>((sum, hour) => sum + hour, 0);

/** Stretches in which some storylines say less: the quiet night, and praise once the servers stop answering. */
const HUSHED: readonly { from: number; to: number; factor: number; names?: readonly string[] }[] = [
  { from: dayTime('23T00:20'), to: dayTime('23T06:40'), factor: 0.3 },
  {
    from: dayTime('27T21:00'),
    to: dayTime('28T02:00'),
    factor: 0.35,
    names: ['launch', 'usage', 'pride'],
  },
];

/** Posts per minute that a storyline writes at an instant. */
export function intensityAt(line: Storyline, instant: number): number {
  if (line.from !== undefined && instant < dayTime(line.from)) return 0;
  const day = Math.floor((instant - DEMO.from) / DAY);
  const steady = ((line.perDay[day] ?? 0) * dayCurve(instant)) / DAY_CURVE_SUM / 60;
  let sudden = 0;
  for (const burst of line.bursts ?? []) sudden += burstAt(burst, instant);
  return (steady + sudden) * hush(line.name, instant);
}

/** Rises within ten minutes, halves every `halfLifeHours`, and tires at night like everything else. */
function burstAt(burst: NonNullable<Storyline['bursts']>[number], instant: number): number {
  const start = dayTime(burst.at);
  const age = instant - start;
  if (age < 0 || age > 16 * HOUR) return 0;
  const rise = 1 - Math.exp(-age / (4 * MINUTE));
  const awake = 0.35 + 0.65 * Math.min(1.3, dayCurve(instant) / dayCurve(start));
  return (burst.peak / 60) * rise * 2 ** (-age / HOUR / burst.halfLifeHours) * awake;
}

function hush(name: string, instant: number): number {
  let factor = 1;
  for (const each of HUSHED) {
    if (instant >= each.from && instant < each.to && (each.names?.includes(name) ?? true))
      factor *= each.factor;
  }
  return factor;
}

/** The curve between two full hours, drawn straight. */
function dayCurve(instant: number): number {
  const hours = ((instant - DEMO.from) % DAY) / HOUR;
  const hour = Math.floor(hours);
  const before = DAY_CURVE[hour] ?? 1;
  const after = DAY_CURVE[(hour + 1) % 24] ?? 1;
  return before + (after - before) * (hours - hour);
}
