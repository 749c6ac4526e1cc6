/**
 * Surprise of a count: S = −log10 P(X ≥ c) where X is negative binomial with mean μ and variance μ + φμ².
 * 30 posts where 10 are usual, φ = 0.2: S = 2.4, one window in 255. Poisson (φ = 0) would say 6.6 and cry wolf:
 * real posts come in bursts.
 *
 * P(X ≥ c) is the regularised incomplete beta function I_p(c, r), p = μ/(r + μ), r = 1/φ: exact, O(√c) steps
 * whatever the size, and smooth in c.
 */
export function nbSurprise(c: number, mu: number, phi: number): number {
  if (c <= 0) return 0;
  const mean = Math.max(mu, LEAST_MEAN);
  const r = 1 / Math.max(phi, LEAST_PHI);
  return -logUpperTail(c, r, mean / (r + mean), r / (r + mean)) / Math.LN10;
}

/** Surprise of a count below the expected: −log10 P(X ≤ c). Silence where 500 posts are usual. */
export function nbSurpriseBelow(c: number, mu: number, phi: number): number {
  const mean = Math.max(mu, LEAST_MEAN);
  const r = 1 / Math.max(phi, LEAST_PHI);
  // P(X ≤ c) = 1 − P(X ≥ c + 1) = I_q(r, c + 1).
  return -logUpperTail(r, c + 1, r / (r + mean), mean / (r + mean)) / Math.LN10;
}

/** Surprise of a standard normal value: −log10 P(Z ≥ z). */
export function normalSurprise(z: number): number {
  return -Math.log10(Math.max(normalTail(z), 1e-300));
}

/** P(Z ≥ z). W. J. Cody's rational fits are overkill here: continued fraction beyond 3, series below. */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = 0;
    for (let k = 60; k >= 1; k--) fraction = k / (z + fraction);
    return density / (z + fraction);
  }
  let term = z;
  let sum = z;
  for (let k = 1; term > 1e-17 * sum && k < 80; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}

const LEAST_MEAN = 1e-9;
/** Below this the negative binomial is Poisson to all digits anyone reads. */
const LEAST_PHI = 1e-7;

/** ln I_x(a, b), with y = 1 − x given apart so that neither loses digits. */
function logUpperTail(a: number, b: number, x: number, y: number): number {
  const front = a * Math.log(x) + b * Math.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b);
  if (x < (a + 1) / (a + b + 2)) return Math.min(0, front + Math.log(betaFraction(a, b, x) / a));
  return Math.log1p(-Math.min(1, (Math.exp(front) * betaFraction(b, a, y)) / b));
}

/** Continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes 6.4). */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let h = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    if (Math.abs(c) < tiny) c = tiny;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    if (Math.abs(c) < tiny) c = tiny;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-13) break;
  }
  return h;
}

/** ln Γ(x), x > 0, to 14 digits: Stirling's series after lifting x above 10. */
function logGamma(x: number): number {
  let lift = 1;
  let z = x;
  while (z < 10) lift *= z++;
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(lift);
}
