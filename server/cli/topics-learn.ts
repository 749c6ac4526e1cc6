import { LEAST_CONFIRMED, LEAST_TOPIC_LABELS } from '#shared/mood/topic-model.ts';
import { loadEngineParts } from '#shared/node/engine.ts';
import { learnTopic } from '#shared/node/learn-topic.ts';
import type { LearntModel } from '#shared/node/store/topics.ts';
import { EXIT, type CliIo } from './command.ts';
import { connect } from './connect.ts';

/** `weimai topics learn [TOPIC]`: one topic, or every topic. One line each: id, what came of it, labels, gain. */
export async function learnTopics(args: readonly string[], io: CliIo): Promise<number> {
  const [only, ...rest] = args;
  if (rest.length > 0 || only?.startsWith('-')) {
    io.stderr.write('usage: weimai topics learn [TOPIC]\n');
    return EXIT.usage;
  }
  const { store, lifecycle } = await connect(io.env);
  try {
    const ids =
      only === undefined
        ? (await store.topics.list()).map(({ id }) => id)
        : [(await store.topics.get(only)).id];
    const parts = await loadEngineParts();
    for (const id of ids) {
      if (io.signal.aborted) break;
      const learnt = await learnTopic(store, parts, id, 'weimai topics learn');
      io.stdout.write(`${id}\t${learnt.reason}\t${learnt.labels}\t${describe(learnt)}\n`);
    }
    return EXIT.done;
  } finally {
    await lifecycle.stop();
  }
}

function describe({ reason, gain, gainError, before, after, confirmed }: LearntModel): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  if (reason === 'too-few-labels')
    return `needs ${LEAST_TOPIC_LABELS} labels that people looked at`;
  if (reason === 'too-few-confirmed')
    return `only ${confirmed} of them confirmed; confirm ${LEAST_CONFIRMED} right ones, so that losses show`;
  if (reason === 'one-class') return 'all labels are the same';
  return `${percent(before.accuracy)} → ${percent(after.accuracy)} cross-validated (gain ${percent(gain)} ± ${percent(gainError)})`;
}
