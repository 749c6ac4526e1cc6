import { createEngine, loadEngineParts } from '#shared/node/engine.ts';
import type { StoredTopic } from '#shared/node/store/topics.ts';
import { EXIT, type CliIo, type Command } from './command.ts';
import { connect } from './connect.ts';

/** `weimai topics`: what is tracked, and what a text would be counted as. */
export const command: Command = {
  name: 'topics',
  summary: 'list the topics, or test which of them a text mentions',
  usage: `Usage: weimai topics ls [--json]
       weimai topics test TEXT
       weimai topics learn [TOPIC]

  ls     one topic per line: id, name, aliases (tab between)
  test   JSON: each topic that TEXT mentions with its mood and evidence, and what looked like a hit but is none, with why
  learn  fits the topic's own model (without TOPIC: each topic's) to the labels that people confirmed or changed; used
         where cross-validation shows a sure gain. One line each: id, outcome, labels, measured gain`,
  async run([action, ...rest], io) {
    if (action === 'ls' && rest.every((arg) => arg === '--json')) {
      await withTopics(io, (topics) => {
        io.stdout.write(
          rest.length > 0 ? `${JSON.stringify(topics)}\n` : topics.map(toLine).join(''),
        );
      });
      return EXIT.done;
    }
    if (action === 'learn') return (await import('./topics-learn.ts')).learnTopics(rest, io);
    const text = rest.join(' ');
    if (action === 'test' && text !== '') {
      await withTopics(io, async (topics) => {
        const { matcher, scorer } = createEngine(await loadEngineParts(), topics);
        const { normalised, label, score, topics: moods } = scorer.analyse(text);
        const refused = matcher.explain(normalised).refused.map((hit) => ({
          topic: topics[hit.topic]?.id,
          alias: hit.alias,
          why: hit.why,
          by: hit.by,
        }));
        io.stdout.write(
          `${JSON.stringify({ text, label, score, topics: moods, refused }, null, 2)}\n`,
        );
      });
      return EXIT.done;
    }
    io.stderr.write(`${command.usage}\n`);
    return EXIT.usage;
  },
};

async function withTopics(
  io: CliIo,
  work: (topics: StoredTopic[]) => Promise<void> | void,
): Promise<void> {
  const connection = await connect(io.env);
  try {
    await work(await connection.store.topics.list());
  } finally {
    await connection.lifecycle.stop();
  }
}

const toLine = (topic: StoredTopic): string =>
  `${topic.id}\t${topic.name}\t${topic.aliases.join(', ')}\n`;
