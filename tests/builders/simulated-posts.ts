/**
 * Simulated counts of posts with the character of Weibo: a daily curve, days that differ, noise that lasts an hour, and
 * more variance than chance. Deterministic in the seed. Used by benches; figures of spec/mood-and-spikes.md section 2.
 */
export const MINUTES_A_DAY = 1440;

/** Relative activity per hour of Weibo-like days; night low at 4, peaks at noon and 22. */
const DAY_CURVE = [
  0.9, 0.6, 0.4, 0.28, 0.22, 0.25, 0.4, 0.65, 0.85, 1, 1.1, 1.15, 1.25, 1.15, 1.05, 1.05, 1.05,
  1.05, 1.1, 1.2, 1.35, 1.5, 1.6, 1.35,
];

/** Mean posts of each minute: day curve × day drift (sd 0.15) × AR(1) log-noise (sd 0.25, τ 60 min). */
export function dayRates(rate: number, days: number, random: () => number): number[] {
  const mean = DAY_CURVE.reduce((a, b) => a + b) / DAY_CURVE.length;
  const keep = Math.exp(-1 / 60);
  const sd = 0.25;
  let noise = sd * normal(random);
  let drift = 0;
  return Array.from({ length: days * MINUTES_A_DAY }, (_, minute) => {
    if (minute % MINUTES_A_DAY === 0) drift = 0.15 * normal(random);
    noise = keep * noise + sd * Math.sqrt(1 - keep * keep) * normal(random);
    const hour = (minute % MINUTES_A_DAY) / 60;
    const left = DAY_CURVE[Math.floor(hour)]!;
    const right = DAY_CURVE[(Math.floor(hour) + 1) % 24]!;
    const curve = (left + (right - left) * (hour % 1)) / mean;
    return rate * curve * Math.exp(drift + noise - (sd * sd) / 2);
  });
}

/** Negative binomial with overdispersion 0.15: Poisson of a gamma. */
export function drawCount(mean: number, random: () => number): number {
  const shape = 1 / 0.15;
  return poisson((mean * gamma(shape, random)) / shape, random);
}

/** mulberry32. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function normal(random: () => number): number {
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

export function poisson(mean: number, random: () => number): number {
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
