import { describe, expect, test } from 'vitest';
import { createMoodDetector, type MoodDetection } from '#shared/alert/detect-mood.ts';
import { at } from './builders.ts';

/** `n` mentions a minute, of which so many shares are positive and negative, spread evenly and without chance. */
function crowd(minute: number, n: number, positive: number, negative: number) {
  let moodSum = 0;
  for (let i = 0; i < n; i++) {
    const place = ((minute * n + i) * 0.618_033_988_75) % 1;
    moodSum += place < positive ? 700 : place > 1 - negative ? -700 : 0;
  }
  return { n, moodSum, moodSq: Math.round(n * (positive + negative) * 490_000) };
}

function run(
  minutes: number,
  of: (minute: number) => { n: number; moodSum: number; moodSq: number },
): MoodDetection[] {
  const detector = createMoodDetector();
  return Array.from({ length: minutes }, (_, minute) => detector.push(at(minute), of(minute))!);
}
const calm = (minute: number) => crowd(minute, 3, 0.3, 0.18);
const event = 3 * 1440;
const crisis = (minute: number) =>
  minute >= event && minute < event + 120 ? crowd(minute, 3, 0.1, 0.6) : calm(minute);
const alerts = (detections: readonly MoodDetection[]) =>
  detections.flatMap((d, minute) => (d.alert === 1 ? [minute] : []));

describe('mood detector', () => {
  test('tells a crisis once, within half an hour, downward', () => {
    const detections = run(event + 300, crisis);
    expect(alerts(detections)).toHaveLength(1);
    const told = alerts(detections)[0]!;
    expect(told - event).toBeLessThan(30);
    expect(detections[told]).toMatchObject({ direction: 'down' });
    expect(detections[told]!.expected).toBeGreaterThan(0);
    expect(detections[told]!.observed).toBeLessThan(0);
  });
  test('is quiet on calm days and notices the calm after a crisis', () => {
    expect(alerts(run(6 * 1440, calm))).toEqual([]);
    expect(run(event + 200, crisis)[event + 190]!.calm).toBe(true);
  });
  test('tells delight upward', () => {
    const detections = run(event + 60, (minute) =>
      minute >= event ? crowd(minute, 5, 0.9, 0) : calm(minute),
    );
    expect(detections[alerts(detections)[0]!]).toMatchObject({ direction: 'up' });
  });
  test('a handful of angry posts at night is not a crisis', () => {
    const night = (minute: number) =>
      minute >= event
        ? minute < event + 6
          ? { n: 1, moodSum: -1000, moodSq: 1_000_000 }
          : { n: 0, moodSum: 0, moodSq: 0 }
        : calm(minute);
    expect(alerts(run(event + 120, night))).toEqual([]);
  });
  test('a long crisis does not become its own normal within its first hours', () => {
    const detections = run(event + 240, (minute) =>
      minute >= event ? crowd(minute, 3, 0.1, 0.6) : calm(minute),
    );
    expect(detections[event + 239]!.surprise).toBeGreaterThan(4);
  });
  test('is causal and forks stay apart', () => {
    const part = run(event + 50, crisis);
    expect(run(event + 100, crisis).slice(0, event + 50)).toEqual(part);
    const detector = createMoodDetector();
    for (let minute = 0; minute < 500; minute++) detector.push(at(minute), calm(minute));
    const twin = detector.fork();
    for (let minute = 500; minute < 530; minute++) twin.push(at(minute), crowd(minute, 9, 0, 1));
    expect(detector.push(at(500), calm(500))).toEqual(run(501, calm)[500]);
  });
});
