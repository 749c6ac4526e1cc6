import { computed, signal } from '@preact/signals';
import type { IncidentView } from '#shared/wire/api.ts';
import { ApiError, get } from '../api/client.ts';

/** Open incidents, for the count in the navigation and the live overview. */
export const openIncidents = signal<readonly IncidentView[]>([]);
export const firingCount = computed(
  () => openIncidents.value.filter((incident) => incident.state === 'firing').length,
);

export async function loadIncidents(): Promise<void> {
  try {
    const answer = await get<{ items: IncidentView[] }>('/incidents', {
      state: 'open',
      limit: 100,
    });
    openIncidents.value = answer.items.filter((incident) => incident.state !== 'resolved');
  } catch (cause) {
    // The count is an extra: the alerts page itself shows what failed.
    if (!(cause instanceof ApiError)) throw cause;
  }
}
