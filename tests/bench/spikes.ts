/**
 * The simulation behind spec/mood-and-spikes.md section 2, run on the detector as it is: how many false alerts per
 * calm topic-day, how many planted events found within 30 and 60 minutes, and how fast.
 * Deterministic: same seeds, same table. `npm run bench -- spikes`.
 */
import { createDetector, type Detection, type VolumeDetector } from '#shared/alert/detect-spike.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';

const DAY = 1440;
const HISTORY_DAYS = 14;
const CALM_DAYS = 7;
const SEEDS = 8;
const EVENTS_PER_SEED = 3;
const EVENT_MINUTES = 60;
const RAMP_MINUTES = 10;
const KEEP_FIRING = 10;
const START = Date.UTC(2025, 0, 6);

/** Relative activity per hour of Weibo-like days; night low at 4, peaks at noon and 22. */
const DAY_CURVE = [
  0.9, 0.6, 0.4, 0.28, 0.22, 0.25, 0.4, 0.65, 0.85, 1, 1.1, 1.15, 1.25, 1.15, 1.05, 1.05, 1.05,
  1.05, 1.1, 1.2, 1.35, 1.5, 1.6, 1.35,
];

/** Rules of the tables: what counts as firing at one minute. */
const RULES: Record<string, (detection: Detection) => boolean> = {
  'surprise >= 4': (detection) => detection.surprise >= 4,
  'surprise >= 5': (detection) => detection.surprise >= 5,
  'alert (novelty)': (detection) => detection.alert === 1,
};

export async function bench(): Promise<void> {
  write(
    'Planted events on synthetic days, 8 seeds x 7 calm days, 24 events a size; found <=30 / <=60 min (median delay)\n',
  );
  write(
    'spec, 5m S>=5 | 10m S>=4 | 60m S>=4: FA 0.04-0.21/day; x5 found <=30 min 8/88/96/100/100 %, x10 33/100/100/100/100 %\n\n',
  );
  for (const rate of [0.05, 0.3, 2, 20, 100]) table(rate);
  write(
    '\nCold start, false alerts per day by day of life (spec: S>=4 0.4-1.1 on days 1-3; S>=6 0-0.25)\n',
  );
  for (const rate of [0.3, 2, 20]) coldStart(rate);
}

function table(rate: number): void {
  const names = Object.keys(RULES);
  const falseAlerts = new Map(names.map((name) => [name, 0]));
  const delays = new Map<string, number[]>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = generator(seed * 7919 + Math.round(rate * 100));
    const rates = dayRates(rate, HISTORY_DAYS + CALM_DAYS, random);
    const starts = eventStarts(random);
    const counts = rates.map((mean) => draw(mean, random));
    const detector = createDetector();
    const detections: Detection[] = [];
    counts.forEach((count, minute) => {
      if (starts.includes(minute)) {
        for (const size of [3, 5, 10])
          plant({ detector, rates, start: minute, size, random, delays });
      }
      const detection = detector.push(START + minute * MINUTE_MS, count);
      if (detection !== null && minute >= HISTORY_DAYS * DAY) detections.push(detection);
    });
    for (const name of names)
      falseAlerts.set(name, falseAlerts.get(name)! + episodes(detections, RULES[name]!));
  }
  for (const name of names) {
    const cells = [3, 5, 10].map((size) => cell(delays.get(`${name} ${size}`) ?? []));
    const perDay = falseAlerts.get(name)! / (SEEDS * CALM_DAYS);
    write(
      `${String(rate).padStart(5)}/min  ${name.padEnd(16)} FA ${perDay.toFixed(2)}  x3 ${cells[0]}  x5 ${cells[1]}  x10 ${cells[2]}\n`,
    );
  }
}

/** Runs the same event on an independent copy of the detector, so that events do not teach each other. */
function plant(trial: {
  detector: VolumeDetector;
  rates: readonly number[];
  start: number;
  size: number;
  random: () => number;
  delays: Map<string, number[]>;
}): void {
  const { rates, start, size, random, delays } = trial;
  const detector = trial.detector.fork();
  const found = new Map<string, number>();
  for (let minute = 0; minute < EVENT_MINUTES; minute++) {
    const lift = 1 + (size - 1) * Math.min(1, (minute + 1) / RAMP_MINUTES);
    const detection = detector.push(
      START + (start + minute) * MINUTE_MS,
      draw(rates[start + minute]! * lift, random),
    );
    for (const [name, fires] of Object.entries(RULES)) {
      // A complete minute is judged when it ends.
      if (detection !== null && !found.has(name) && fires(detection)) found.set(name, minute + 1);
    }
  }
  for (const name of Object.keys(RULES)) {
    const key = `${name} ${size}`;
    delays.set(key, [...(delays.get(key) ?? []), found.get(name) ?? Number.POSITIVE_INFINITY]);
  }
}

function coldStart(rate: number): void {
  const seeds = 16;
  const days = 7;
  for (const [name, fires] of Object.entries(RULES)) {
    const perDay = Array.from({ length: days }, () => 0);
    for (let seed = 0; seed < seeds; seed++) {
      const random = generator(seed * 104_729 + Math.round(rate * 100) + 1);
      const detector = createDetector();
      const detections = dayRates(rate, days, random).map((mean, minute) =>
        detector.push(START + minute * MINUTE_MS, draw(mean, random)),
      );
      for (let day = 0; day < days; day++) {
        const today = detections
          .slice(day * DAY, (day + 1) * DAY)
          .filter((detection) => detection !== null);
        perDay[day]! += episodes(today, fires) / seeds;
      }
    }
    write(
      `${String(rate).padStart(5)}/min  ${name.padEnd(16)} ${perDay.map((n) => n.toFixed(2)).join('  ')}\n`,
    );
  }
}

/** Separate firings: one ends after `KEEP_FIRING` minutes without the condition. */
function episodes(
  detections: readonly Detection[],
  fires: (detection: Detection) => boolean,
): number {
  let count = 0;
  let quiet = KEEP_FIRING;
  for (const detection of detections) {
    if (!fires(detection)) {
      quiet++;
      continue;
    }
    if (quiet >= KEEP_FIRING) count++;
    quiet = 0;
  }
  return count;
}

function cell(delays: readonly number[]): string {
  const within = (limit: number) =>
    delays.filter((delay) => delay <= limit).length / Math.max(1, delays.length);
  const found = delays.filter((delay) => delay <= EVENT_MINUTES).sort((a, b) => a - b);
  const middle = found[found.length >> 1];
  const share = `${Math.round(100 * within(30))}/${Math.round(100 * within(60))} %`;
  return `${share.padStart(9)} (${middle === undefined ? '–' : middle})`.padEnd(14);
}

function eventStarts(random: () => number): number[] {
  const span = CALM_DAYS * DAY - EVENT_MINUTES;
  return Array.from(
    { length: EVENTS_PER_SEED },
    () => HISTORY_DAYS * DAY + Math.floor(random() * span),
  );
}

/** Mean posts of each minute: day curve × day drift (sd 0.15) × AR(1) log-noise (sd 0.25, τ 60 min). */
function dayRates(rate: number, days: number, random: () => number): number[] {
  const mean = DAY_CURVE.reduce((a, b) => a + b) / DAY_CURVE.length;
  const keep = Math.exp(-1 / 60);
  const sd = 0.25;
  let noise = sd * normal(random);
  let drift = 0;
  return Array.from({ length: days * DAY }, (_, minute) => {
    if (minute % DAY === 0) drift = 0.15 * normal(random);
    noise = keep * noise + sd * Math.sqrt(1 - keep * keep) * normal(random);
    const hour = (minute % DAY) / 60;
    const left = DAY_CURVE[Math.floor(hour)]!;
    const right = DAY_CURVE[(Math.floor(hour) + 1) % 24]!;
    const curve = (left + (right - left) * (hour % 1)) / mean;
    return rate * curve * Math.exp(drift + noise - (sd * sd) / 2);
  });
}

/** Negative binomial with overdispersion 0.15: Poisson of a gamma. */
function draw(mean: number, random: () => number): number {
  const shape = 1 / 0.15;
  return poisson((mean * gamma(shape, random)) / shape, random);
}

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Marsaglia and Tsang. */
function gamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function poisson(mean: number, random: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count++;
  }
  return count;
}

function write(text: string): void {
  process.stdout.write(text);
}
