import type { Channel } from '#shared/alert/channel.ts';

/**
 * The channel that takes over from one that fails, following the chain past switched-off and failing ones; null when
 * there is none. A chain that leads back ends there.
 */
export function fallbackOf(
  channel: Channel,
  channels: ReadonlyMap<string, Channel>,
  isFailing: (id: string) => boolean,
): Channel | null {
  const seen = new Set([channel.id]);
  let next = channel.fallback;
  while (next !== null && !seen.has(next)) {
    seen.add(next);
    const candidate = channels.get(next);
    if (!candidate) return null;
    if (candidate.enabled && !isFailing(candidate.id)) return candidate;
    next = candidate.fallback;
  }
  return null;
}
