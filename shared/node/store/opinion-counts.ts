import type { Db } from '../postgres/pool.ts';
import { addCounts, readCounts } from './counts.ts';

/** What became of mentions that our engine was unsure of, since the store began; all workers together. */
export interface OpinionCounts {
  /** Sent to the other model. */
  asked: number;
  /** Mentions that an opinion was taken into, from a request or from memory. */
  answered: number;
  /** Of these, with another label than before. */
  changed: number;
  /** Sent, and nothing usable came back in time. */
  failed: number;
  /** Not sent: beyond the budget, another request under way, or paused after failures. */
  skipped: number;
}

export const OPINION_COUNTS = ['asked', 'answered', 'changed', 'failed', 'skipped'] as const;
const NAME = 'second-opinion-counts';

export function addOpinionCounts(db: Db, counts: OpinionCounts): Promise<void> {
  return addCounts(db, NAME, { ...counts });
}

/** Null while no worker ever had a second opinion. */
export function readOpinionCounts(db: Db): Promise<OpinionCounts | null> {
  return readCounts(db, NAME);
}
