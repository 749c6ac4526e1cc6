import { computed, signal } from '@preact/signals';
import type { TopicView } from '#shared/wire/api.ts';
import { ApiError, get } from '../api/client.ts';

/** All topics, as every page needs their names and colours. */
export const topics = signal<readonly TopicView[] | null>(null);
export const topicsError = signal<ApiError | null>(null);
export const topicById = computed(
  () => new Map((topics.value ?? []).map((topic) => [topic.id, topic])),
);

export function topicName(id: string): string {
  return topicById.value.get(id)?.name ?? id;
}

export async function loadTopics(): Promise<void> {
  try {
    const answer = await get<{ items: TopicView[] }>('/topics', { limit: 200 });
    topics.value = answer.items;
    topicsError.value = null;
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    topicsError.value = cause;
  }
}
