import type { MoodLabel } from '../../mood/mood.ts';

/** A kind of sentence, with the mood it is meant to have toward each topic it names. */
export interface Family {
  mood: 'warm' | 'cold' | 'ironic' | 'plain';
  /** Topic id → mood intended by us; the stored posts are scored by the engine like any other. */
  expect: Readonly<Record<string, MoodLabel>>;
  weight?: number;
  /** Day and time of January 2025 (`27T21:00`) before which nobody could say this, and after which nobody would. */
  from?: string;
  until?: string;
  /** Hashtags of this kind instead of the storyline's. */
  tags?: readonly string[];
  patterns: readonly string[];
}

/** A thread of the week: how much of it there is when, and what it says. */
export interface Storyline {
  name: string;
  /** Posts on each of the nine days from 20 January, spread over the day by the day-and-night curve. */
  perDay: readonly number[];
  /** Nothing is said before this (`20T20:40`). */
  from?: string;
  /** Sudden interest: rises within minutes, halves every `halfLifeHours`. `peak` in posts per hour. */
  bursts?: readonly { at: string; peak: number; halfLifeHours: number }[];
  families: readonly Family[];
  tags?: readonly string[];
  /** Ends of pleased sentences that suit this subject, beside the usual ones. */
  warmTails?: readonly string[];
  /** Written by media accounts. */
  isNews?: boolean;
  /** Share of posts that repost something of the same storyline. */
  reposts?: number;
}
