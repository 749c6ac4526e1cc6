import { describe, expect, test } from 'vitest';
import { createDetector, type Detection } from '#shared/alert/detect-spike.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/series/bucket.ts';

const START = Date.UTC(2025, 0, 6);
/** Deterministic counts that go round the day, with some noise. */
const calm = (minute: number) =>
  Math.round(8 + 6 * Math.sin((minute / 1440) * 2 * Math.PI) + ((minute * 7919) % 7) - 3);

function run(
  counts: (minute: number) => number | null,
  minutes: number,
  stepMinutes = 1,
): Detection[] {
  const detector = createDetector({ stepMs: stepMinutes * MINUTE_MS });
  const detections: Detection[] = [];
  for (let minute = 0; minute < minutes; minute += stepMinutes) {
    const count = counts(minute);
    const detection = count === null ? null : detector.push(START + minute * MINUTE_MS, count);
    if (detection !== null) detections.push(detection);
  }
  return detections;
}
const alerts = (detections: readonly Detection[]) =>
  detections
    .filter((detection) => detection.alert === 1)
    .map((detection) => (detection.at - START) / MINUTE_MS);

describe('volume detector', () => {
  const event = 5 * 1440 + 600;
  const surge = (minute: number) => calm(minute) * (minute >= event && minute < event + 60 ? 6 : 1);

  test('a sixfold surge is told once, within ten minutes', () => {
    const told = alerts(run(surge, 6 * 1440));
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThanOrEqual(event);
    expect(told[0]).toBeLessThan(event + 10);
  });

  test('calm days with their daily curve are told nothing', () => {
    expect(alerts(run(calm, 10 * 1440))).toEqual([]);
  });

  test('surprise rises in the surge, says what was expected, and the calm afterwards is noticed', () => {
    const detections = run(surge, 6 * 1440);
    const during = detections[event + 9]!;
    expect(during.surprise).toBeGreaterThan(4);
    expect(during.observed).toBeGreaterThan(2 * during.expected);
    expect(during.calm).toBe(false);
    expect(detections[event + 75]!.calm).toBe(true);
  });

  test('five-minute steps find it too', () => {
    const told = alerts(run((minute) => surge(minute) * 5, 6 * 1440, 5));
    expect(told).toHaveLength(1);
    expect(told[0]! - event).toBeLessThan(15);
  });

  test('is causal: later rows change no earlier answer', () => {
    const whole = run(surge, event + 30);
    const part = run(surge, event - 100);
    expect(whole.slice(0, part.length)).toEqual(part);
  });

  test('scores lie in [0, 1] and reach 0.5 exactly at alerts', () => {
    for (const { score, alert } of run(surge, 6 * 1440)) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(score >= 0.5).toBe(alert === 1);
    }
  });

  test('rows left out are unknown, not zero: no alert when they come back', () => {
    const outage = (minute: number) =>
      minute > 4 * 1440 && minute < 4 * 1440 + 300 ? null : calm(minute);
    expect(alerts(run(outage, 6 * 1440))).toEqual([]);
  });

  test('a fork goes its own way and leaves the original alone', () => {
    const detector = createDetector();
    for (let minute = 0; minute < 3000; minute++)
      detector.push(START + minute * MINUTE_MS, calm(minute));
    const twin = detector.fork();
    for (let minute = 3000; minute < 3060; minute++) twin.push(START + minute * MINUTE_MS, 500);
    const fresh = createDetector();
    let expected: Detection | null = null;
    for (let minute = 0; minute <= 3000; minute++)
      expected = fresh.push(START + minute * MINUTE_MS, calm(minute));
    expect(detector.push(START + 3000 * MINUTE_MS, calm(3000))).toEqual(expected);
  });

  test('a step already judged, or an older one, is refused', () => {
    const detector = createDetector();
    expect(detector.push(START + HOUR_MS, 1)).not.toBeNull();
    expect(detector.push(START + HOUR_MS, 5)).toBeNull();
    expect(detector.push(START, 5)).toBeNull();
  });

  test('a jump of a year forgets the past without delay', () => {
    const detector = createDetector();
    detector.push(START, 5);
    expect(detector.push(START + 365 * DAY_MS, 5)?.alert).toBe(0);
  });

  test('a topic that bursts every day is surprised by the same burst less and less', () => {
    const bursts = run(
      (minute) =>
        minute % 1440 >= 900 && minute % 1440 < 905 ? 60 + ((minute * 31) % 9) : calm(minute),
      12 * 1440,
    );
    const peaks = Array.from({ length: 12 }, (_, day) =>
      Math.max(...bursts.slice(day * 1440, (day + 1) * 1440).map((d) => d.surprise)),
    );
    expect(peaks[11]!).toBeLessThan(peaks[1]!);
    expect(alerts(bursts).filter((minute) => minute > 5 * 1440)).toEqual([]);
  });
});
