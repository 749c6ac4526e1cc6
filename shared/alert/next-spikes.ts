import { MINUTE_MS } from '#shared/series/bucket.ts';
import type { MoodDetection } from './detect-mood.ts';
import { type Detection, SURPRISING } from './detect-spike.ts';
import type { Spike } from './spike.ts';

/**
 * Spikes of one topic, minute by minute, found without being asked:
 *
 *   none ─ surprise ≥ 4 (or an alert) ──▶ open      its id is topic, first minute and measure
 *   open ─ higher surprise ─────────────▶ open      the peak moves
 *   open ─ calm for 10 minutes ─────────▶ none      ends where the calm began
 *   open ─ mood turns the other way ────▶ open      the old one ends, a new one begins
 */
export interface SpikeState {
  volume: OpenSpike | null;
  mood: OpenSpike | null;
}

export interface OpenSpike {
  spike: Spike;
  /** Since when it has been calm without a break; null while it lasts. */
  calmSince: number | null;
}

export const NO_SPIKES: SpikeState = { volume: null, mood: null };

const KEEP_OPEN_MS = 10 * MINUTE_MS;

export interface SpikeStep {
  state: SpikeState;
  /** Spikes opened, moved on or closed by this minute. */
  changed: Spike[];
}

export function nextSpikes(
  state: SpikeState,
  topicId: string,
  minute: { volume?: Detection | null; mood?: MoodDetection | null },
): SpikeStep {
  const changed: Spike[] = [];
  const volume = minute.volume
    ? follow(state.volume, findingOf(topicId, minute.volume), changed)
    : state.volume;
  const mood = minute.mood
    ? follow(state.mood, findingOf(topicId, minute.mood), changed)
    : state.mood;
  return { state: { volume, mood }, changed };
}

interface Finding {
  /** The spike that would begin here. */
  spike: Spike;
  at: number;
  calm: boolean;
  opens: boolean;
}

function findingOf(topicId: string, found: Detection | MoodDetection): Finding {
  const measure = 'direction' in found ? 'mood' : 'volume';
  return {
    at: found.at,
    calm: found.calm,
    opens: found.surprise >= SURPRISING || found.alert === 1,
    spike: {
      id: `${topicId}:${found.at}:${measure}`,
      topic: topicId,
      measure,
      direction: 'direction' in found ? found.direction : 'up',
      startsAt: found.at,
      peakAt: found.at,
      endsAt: null,
      observed: found.observed,
      expected: found.expected,
      surprise: found.surprise,
      windowMinutes: Math.round(found.windowMs / MINUTE_MS),
      n: 'n' in found ? found.n : found.observed,
    },
  };
}

function follow(open: OpenSpike | null, finding: Finding, changed: Spike[]): OpenSpike | null {
  if (open === null) return finding.opens ? begin(finding, changed) : null;
  if (finding.opens && finding.spike.direction !== open.spike.direction) {
    changed.push({ ...open.spike, endsAt: open.calmSince ?? finding.at });
    return begin(finding, changed);
  }
  if (finding.calm && !finding.opens) {
    const calmSince = open.calmSince ?? finding.at;
    if (finding.at - calmSince < KEEP_OPEN_MS) return { ...open, calmSince };
    changed.push({ ...open.spike, endsAt: calmSince });
    return null;
  }
  const same = finding.spike.direction === open.spike.direction;
  if (!same || finding.spike.surprise <= open.spike.surprise) return { ...open, calmSince: null };
  const { id, startsAt } = open.spike;
  const spike: Spike = { ...finding.spike, id, startsAt };
  changed.push(spike);
  return { spike, calmSince: null };
}

function begin({ spike }: Finding, changed: Spike[]): OpenSpike {
  changed.push(spike);
  return { spike, calmSince: null };
}
