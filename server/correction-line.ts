import type { Correction } from '#shared/node/store/corrections.ts';

/** A label that a person confirmed or changed as `weimai train --corrections` reads it; without who it was. */
export function correctionLine({ text, topic, label, previous, at }: Correction): string {
  return JSON.stringify({ text, topic, label, previous, at: new Date(at).toISOString() });
}
