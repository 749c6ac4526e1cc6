import { clockNow, heartbeat } from '../live/feed.ts';
import { meta } from './session.ts';

/** "Now" on the clock that views follow, for queries; null until the server has told it (never the browser's own). */
export function viewNow(): number | null {
  if (heartbeat.value !== null) return clockNow();
  return meta.value === null ? null : Date.parse(meta.value.clock.now);
}
