/** A linear scale from values to pixels and back. */
export interface Scale {
  toPixel: (value: number) => number;
  toValue: (pixel: number) => number;
  min: number;
  max: number;
}

export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const [min, max] = domain;
  const [from, to] = range;
  const factor = (to - from) / (max - min);
  return {
    min,
    max,
    toPixel: (value) => from + (value - min) * factor,
    toValue: (pixel) => min + (pixel - from) / factor,
  };
}

/** Values with their thresholds and a little air, widened to round numbers. */
export function niceDomain(
  values: readonly number[],
  limits: readonly [number, number],
): [number, number] {
  const known = values.filter((value) => Number.isFinite(value));
  const low = Math.min(...known, limits[1]);
  const high = Math.max(...known, limits[0]);
  const span = Math.max(high - low, Math.abs(high) * 0.1, 1e-3);
  const unit = niceStep(span / 4);
  const from = Math.max(limits[0], Math.floor((low - span * 0.06) / unit) * unit);
  const to = Math.min(limits[1], Math.ceil((high + span * 0.06) / unit) * unit);
  return to > from ? [from, to] : [from, from + unit];
}

/** Round ticks inside a domain, about four. */
export function niceTicks([from, to]: readonly [number, number]): number[] {
  const unit = niceStep((to - from) / 4);
  const ticks: number[] = [];
  for (let n = Math.ceil(from / unit - 1e-9); n * unit <= to + 1e-9; n++)
    ticks.push(Number((n * unit).toFixed(6)));
  return ticks;
}

/** 1, 2 or 5 times a power of ten, not below `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return unit * power;
}

/** To the grid that thresholds live on, inside the limits of the measure. */
export function snap(value: number, step: number, limits: readonly [number, number]): number {
  const snapped = Number((Math.round(value / step) * step).toFixed(4));
  return Math.min(limits[1], Math.max(limits[0], snapped));
}

/** Positions moved apart to at least `gap`, in the same order, inside the limits; each stays as near as it can. */
export function spread(
  positions: readonly number[],
  gap: number,
  limits: readonly [number, number],
): number[] {
  const order = positions.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  let lowest = limits[0];
  for (const item of order) {
    item.at = Math.max(item.at, lowest);
    lowest = item.at + gap;
  }
  let highest = limits[1];
  for (const item of order.toReversed()) {
    item.at = Math.min(item.at, highest);
    highest = item.at - gap;
  }
  const spreadOut: number[] = Array.from({ length: positions.length });
  for (const { at, index } of order) spreadOut[index] = at;
  return spreadOut;
}
