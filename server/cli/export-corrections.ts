import { writeFile } from 'node:fs/promises';
import { correctionLine } from '../correction-line.ts';
import { EXIT, type CliIo } from './command.ts';
import { connect } from './connect.ts';

/** Far more than people correct; a bound for memory. */
const MOST = 1_000_000;

/** `weimai export corrections`: JSON Lines as `weimai train --corrections` reads them. */
export async function exportCorrections(
  wanted: { topic: string | undefined; output: string | undefined },
  io: CliIo,
): Promise<number> {
  const { store, lifecycle } = await connect(io.env);
  try {
    const topic = wanted.topic === undefined ? undefined : await store.topics.get(wanted.topic);
    const found = await store.corrections.list({
      limit: MOST,
      ...(topic && { topicKey: topic.key }),
    });
    const lines = found.map((correction) => `${correctionLine(correction)}\n`).join('');
    if (wanted.output === undefined || wanted.output === '-') io.stdout.write(lines);
    else await writeFile(wanted.output, lines);
    io.stderr.write(`${found.length} corrections\n`);
    return EXIT.done;
  } finally {
    await lifecycle.stop();
  }
}
