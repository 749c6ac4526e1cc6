import { LATE_AFTER_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import type { MinuteTable } from '#shared/series/minutes.ts';
import { createMoodDetector, type MoodDetection, type MoodDetector } from './detect-mood.ts';
import { createDetector, type Detection, type VolumeDetector } from './detect-spike.ts';
import type { Gap } from './evaluate-rule.ts';
import { nextSpikes, NO_SPIKES, type SpikeState } from './next-spikes.ts';
import type { Spike } from './spike.ts';

/**
 * Watches one topic: both detectors and its spikes. A minute is settled 10 minutes after its end, when posts that come
 * later count as late. Younger minutes may still grow (crawlers bring posts in batches): they are judged on a copy, each
 * time anew, and committed only when settled. A watch is rebuilt after a restart by advancing over the stored
 * minutes of the last 14 days or more; about 10 µs a minute.
 */
export class TopicWatch {
  readonly topic: string;
  #volume: VolumeDetector = createDetector();
  #mood: MoodDetector = createMoodDetector();
  #spikes: SpikeState;
  /** End of the last settled minute, and of the last minute that spikes have followed. */
  #settledTo: number;
  #followedTo: number;

  /** `spikes`: those still open in the store, so that a restart goes on with them; followed from `followedTo` on. */
  constructor(topic: string, start: { from: number; spikes?: SpikeState; followedTo?: number }) {
    this.topic = topic;
    this.#settledTo = floorMinute(start.from);
    this.#followedTo = floorMinute(start.followedTo ?? start.from);
    this.#spikes = start.spikes ?? NO_SPIKES;
  }

  /** Minutes from here to now must be in the table given to {@link advance}. */
  get settledTo(): number {
    return this.#settledTo;
  }

  get spikes(): SpikeState {
    return this.#spikes;
  }

  /**
   * Judges all complete minutes before `now`, and the running one as far as it has come (for rules that do not wait;
   * spikes do not follow it). Minutes inside `gaps` are unknown, not zero.
   */
  advance(minutes: MinuteTable, now: number, gaps: readonly Gap[] = []): WatchReport {
    const report: WatchReport = { detections: new Map(), moods: new Map(), changed: [] };
    const end = floorMinute(now);
    const settled = Math.max(this.#settledTo, Math.min(end, floorMinute(now - LATE_AFTER_MS)));
    this.#judge(
      { volume: this.#volume, mood: this.#mood, minutes, from: this.#settledTo, to: settled, gaps },
      report,
    );
    this.#settledTo = settled;
    if (now <= settled) return report;
    const volume = this.#volume.fork();
    this.#judge({ volume, mood: this.#mood.fork(), minutes, from: settled, to: end, gaps }, report);
    const running = now > end ? volume.push(end, minutes.count(end)) : null;
    if (running !== null) report.detections.set(end, running);
    return report;
  }

  #judge(span: Span, report: WatchReport): void {
    const { volume, mood, minutes, from, to, gaps } = span;
    for (let at = from; at < to; at += MINUTE_MS) {
      if (gaps.some((gap) => gap.from <= at && at < gap.to)) continue;
      const sums = minutes.sum(at, at + MINUTE_MS);
      const detection = volume.push(at, sums.n);
      const moodDetection = mood.push(at, sums);
      if (detection !== null) report.detections.set(at, detection);
      if (moodDetection !== null) report.moods.set(at, moodDetection);
      if (at < this.#followedTo) continue;
      const step = nextSpikes(this.#spikes, this.topic, { volume: detection, mood: moodDetection });
      this.#spikes = step.state;
      this.#followedTo = at + MINUTE_MS;
      for (const spike of step.changed) report.changed.push(spike);
    }
  }
}

export interface WatchReport {
  /** By the start of the minute; what spike rules look at. */
  detections: Map<number, Detection>;
  moods: Map<number, MoodDetection>;
  /** Spikes opened, moved on or closed, in order; the same id may come several times. */
  changed: Spike[];
}

interface Span {
  volume: VolumeDetector;
  mood: MoodDetector;
  minutes: MinuteTable;
  from: number;
  to: number;
  gaps: readonly Gap[];
}

function floorMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
