import { hash } from 'node:crypto';

/** Opinions kept: about 100 bytes each. */
const CAPACITY = 20_000;

/** Least recently used goes first: a Map keeps the order of insertion, so a hit is inserted again. */
export interface OpinionCache {
  get(key: string): number | undefined;
  set(key: string, score: number): void;
}

export function createOpinionCache(capacity: number = CAPACITY): OpinionCache {
  const scores = new Map<string, number>();
  return {
    get(key) {
      const score = scores.get(key);
      if (score === undefined) return undefined;
      scores.delete(key);
      scores.set(key, score);
      return score;
    },
    set(key, score) {
      scores.delete(key);
      scores.set(key, score);
      if (scores.size <= capacity) return;
      const oldest = scores.keys().next();
      if (!oldest.done) scores.delete(oldest.value);
    },
  };
}

/** The same words about the same topic are the same question, whoever posts them. */
export function questionKey(text: string, topic: { id: string; name: string }): string {
  return hash('sha256', `${topic.id}\u0000${topic.name}\u0000${text}`, 'base64').slice(0, 24);
}
