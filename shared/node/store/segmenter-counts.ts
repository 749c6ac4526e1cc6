import type { Db } from '../postgres/pool.ts';
import { addCounts, readCounts } from './counts.ts';

/** Texts that both segmenters cut, since the store began; all workers together. */
export interface SegmenterCounts {
  compared: number;
  /** Of these, with other tokens than nodejieba's: its own were taken. */
  different: number;
}

export const SEGMENTER_COUNTS = ['compared', 'different'] as const;
const NAME = 'segmenter-counts';

export function addSegmenterCounts(db: Db, counts: SegmenterCounts): Promise<void> {
  return addCounts(db, NAME, { ...counts });
}

export function readSegmenterCounts(db: Db): Promise<SegmenterCounts | null> {
  return readCounts(db, NAME);
}
