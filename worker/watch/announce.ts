import { isConcentrated } from '#shared/alert/explain-spike.ts';
import { renderMessage } from '#shared/alert/message.ts';
import type { NotificationIntent } from '#shared/alert/next-incident.ts';
import type { Rule } from '#shared/alert/rule.ts';
import type { Spike } from '#shared/alert/spike.ts';
import type { StoreClock } from '#shared/node/clock.ts';
import type { NewNotification } from '#shared/node/store/outbox.ts';
import type { Store } from '#shared/node/store/store.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';

/** From intents to one message per channel, with the reason of the spike where there is one. */
export type Announcer = (
  rule: Rule,
  topic: StoredTopic | undefined,
  intents: readonly NotificationIntent[],
  spike: Spike | null,
) => Promise<NewNotification[]>;

const WORDS_TOLD = 5;

export function createAnnouncer(deps: {
  store: Store;
  clock: StoreClock;
  baseUrl: string;
}): Announcer {
  return async (rule, topic, intents, spike) => {
    if (intents.length === 0 || rule.channels.length === 0) return [];
    const channels = (await deps.store.channels.list()).filter(({ channel }) =>
      rule.channels.includes(channel.id),
    );
    const { zone } = await deps.store.settings.get();
    const tellsWhy = intents.some(
      (intent) => intent.kind === 'firing' || intent.kind === 'escalated',
    );
    const why =
      spike !== null && topic && tellsWhy
        ? await deps.store.spikes.explain(spike, topic, deps.clock.now())
        : null;
    const subject = topic?.name ?? rule.source;
    return intents.flatMap((intent) =>
      channels.map(({ channel }): NewNotification => {
        const message = renderMessage(
          {
            intent,
            rule,
            subject,
            spike,
            ...(why
              ? {
                  words: why.words.slice(0, WORDS_TOLD).map((word) => word.word),
                  concentrated: isConcentrated(why),
                }
              : {}),
          },
          { lang: channel.lang, zone, baseUrl: deps.baseUrl },
        );
        return {
          incidentId: intent.incident?.id ?? null,
          channelId: channel.id,
          message: { ...message, key: `${message.key}:${channel.id}` },
        };
      }),
    );
  };
}
