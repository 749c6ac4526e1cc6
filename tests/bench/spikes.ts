/**
 * The simulation behind spec/mood-and-spikes.md section 2, run on the detector as it is: how many false alerts per
 * calm topic-day, how many planted events found within 30 and 60 minutes, and how fast.
 * Deterministic: same seeds, same table. `npm run bench -- spikes`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMoodDetector } from '#shared/alert/detect-mood.ts';
import { createDetector, type Detection, type VolumeDetector } from '#shared/alert/detect-spike.ts';
import { MINUTE_MS } from '#shared/series/bucket.ts';
import type { MoodSums } from '#shared/series/mood-index.ts';
import {
  dayRates,
  drawCount,
  generator,
  MINUTES_A_DAY as DAY,
  poisson,
} from '../builders/simulated-posts.ts';
import { dataFolder } from '../support/requirements.ts';

const HISTORY_DAYS = 14;
const CALM_DAYS = 7;
const SEEDS = 8;
const EVENTS_PER_SEED = 3;
const EVENT_MINUTES = 60;
const RAMP_MINUTES = 10;
const KEEP_FIRING = 10;
const START = Date.UTC(2025, 0, 6);

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
  write(
    '\nMood: 30 % positive and 18 % negative on calm days, 15 / 45 % in a crisis of 2 hours; 40 days, one crisis each\n',
  );
  write(
    'spec, shrunk index <= -10: 0.5/min FA 0.05 found 65 % (65); 2/min 0.10, 100 % (16); 10/min 0, 100 % (12)\n',
  );
  for (const rate of [0.1, 0.5, 2, 10]) moodTable(rate);
  write('\nFour real Twitter series (Numenta HTM 70, CAD OSE 74, ARTime about 85)\n');
  realSeries();
}

function moodTable(rate: number): void {
  const days = 40;
  const random = generator(Math.round(rate * 10) + 5);
  const detector = createMoodDetector();
  const crowd = (positive: number, negative: number): MoodSums => {
    const n = poisson(rate, random);
    let moodSum = 0;
    let moodSq = 0;
    for (let i = 0; i < n; i++) {
      const side = random();
      const score = side < positive ? 1000 : side < positive + negative ? -1000 : 0;
      moodSum += score;
      moodSq += score * score;
    }
    return { n, moodSum, moodSq };
  };
  const delays: number[] = [];
  let alerts = 0;
  for (let minute = 0; minute < (HISTORY_DAYS + days) * DAY; minute++) {
    const learnt = minute >= HISTORY_DAYS * DAY;
    if (learnt && minute % DAY === DAY / 2) {
      const crisis = detector.fork();
      let found = Number.POSITIVE_INFINITY;
      for (let into = 0; into < 120 && found > 120; into++) {
        const detection = crisis.push(START + (minute + into) * MINUTE_MS, crowd(0.15, 0.45));
        if (detection !== null && detection.surprise >= 4 && detection.direction === 'down')
          found = into + 1;
      }
      delays.push(found);
    }
    const detection = detector.push(START + minute * MINUTE_MS, crowd(0.3, 0.18));
    if (learnt && detection?.alert === 1) alerts++;
  }
  const found = delays.filter((delay) => delay <= 120).sort((a, b) => a - b);
  const share = Math.round((100 * found.length) / delays.length);
  write(
    `${String(rate).padStart(5)}/min  FA ${(alerts / days).toFixed(2)}  found ${share} % (${found[found.length >> 1] ?? '–'})\n`,
  );
}

/** Runs the detector as `weimai detect` does and asks the benchmark's own scorer. */
function realSeries(): void {
  if (dataFolder === undefined) {
    write('skipped: no ../shared/data\n');
    return;
  }
  const anomaly = path.join(dataFolder, 'anomaly');
  const out = mkdtempSync(path.join(tmpdir(), 'weimai-bench-'));
  for (const name of ['AAPL', 'CRM', 'KO', 'UPS']) {
    const file = `Twitter_volume_${name}.csv`;
    const rows = readFileSync(path.join(anomaly, file), 'utf8').trim().split('\n').slice(1);
    const detector = createDetector({ stepMs: 5 * MINUTE_MS });
    const answers = rows.map((row) => {
      const [stamp = '', value] = row.split(',');
      return `${stamp},${detector.push(Date.parse(`${stamp.replace(' ', 'T')}Z`), Number(value))?.score ?? 0}`;
    });
    writeFileSync(path.join(out, file), `timestamp,score\n${answers.join('\n')}\n`);
  }
  const scored = spawnSync(
    'python3',
    ['score.py', '.', 'windows.json', out, '--threshold', '0.5'],
    { cwd: anomaly, encoding: 'utf8' },
  );
  write(scored.error === undefined ? scored.stdout + scored.stderr : 'skipped: no python3\n');
  rmSync(out, { recursive: true });
}

function table(rate: number): void {
  const names = Object.keys(RULES);
  const falseAlerts = new Map(names.map((name) => [name, 0]));
  const delays = new Map<string, number[]>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = generator(seed * 7919 + Math.round(rate * 100));
    const rates = dayRates(rate, HISTORY_DAYS + CALM_DAYS, random);
    const starts = eventStarts(random);
    const counts = rates.map((mean) => drawCount(mean, random));
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
      drawCount(rates[start + minute]! * lift, random),
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
        detector.push(START + minute * MINUTE_MS, drawCount(mean, random)),
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

function write(text: string): void {
  process.stdout.write(text);
}
