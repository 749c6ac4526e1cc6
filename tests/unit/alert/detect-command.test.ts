import { Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { command } from '#server/cli/detect.ts';

async function detect(
  csv: string,
  args: string[] = [],
): Promise<{ code: number; out: string; err: string }> {
  const sink = () => {
    const chunks: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk.toString());
        done();
      },
    });
    return { chunks, stream };
  };
  const out = sink();
  const err = sink();
  const code = await command.run(args, {
    stdin: Readable.from([csv]),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    signal: new AbortController().signal,
  });
  return { code, out: out.chunks.join(''), err: err.chunks.join('') };
}
const rows = (count: number, value: (i: number) => number) =>
  Array.from(
    { length: count },
    (_, i) => `${new Date(Date.UTC(2025, 0, 6) + i * 300_000).toISOString()},${value(i)}`,
  );

describe('weimai detect', () => {
  test('answers every row with a score and an alert, the stamp unchanged', async () => {
    const lines = rows(2000, (i) => (i >= 1800 && i < 1806 ? 400 : 20 + (i % 7)));
    const { code, out } = await detect(`timestamp,value\n${lines.join('\n')}\n`);
    const answers = out.trim().split('\n');
    expect(code).toBe(0);
    expect(answers[0]).toBe('timestamp,score,alert');
    expect(answers.slice(1).map((line) => line.split(',')[0])).toEqual(
      lines.map((line) => line.split(',')[0]),
    );
    const told = answers.slice(1).flatMap((line, i) => (line.endsWith(',1') ? [i] : []));
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThanOrEqual(1800);
    expect(told[0]).toBeLessThan(1804);
  });

  test('finds the step by itself; --step 5m says the same', async () => {
    const csv = `timestamp,value\n${rows(600, (i) => (i === 500 ? 300 : 10 + (i % 3))).join('\n')}`;
    expect((await detect(csv)).out).toBe((await detect(csv, ['--step', '5m'])).out);
    expect((await detect(csv, ['--step=5m'])).out).toBe((await detect(csv)).out);
  });

  test('copies rows it cannot read with an empty score and says so', async () => {
    const { code, out, err } = await detect(
      'timestamp,value\n2025-01-06 00:00:00,5\nnonsense\n2025-01-06 00:05:00,-3\n',
    );
    expect(code).toBe(3);
    expect(out).toBe(
      'timestamp,score,alert\n2025-01-06 00:00:00,0.000000,0\nnonsense,,\n2025-01-06 00:05:00,,\n',
    );
    expect(err).toContain('2 rows');
  });

  test('works without a header, with a byte order mark and Windows line ends', async () => {
    const { code, out } = await detect('\uFEFF2025-01-06 00:00:00,5\r\n2025-01-06 00:05:00,6\r\n');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(3);
  });

  test.each([[['--step', 'soon']], [['--speed', '3']], [['--step']]])(
    '%j is wrong usage',
    async (args) => {
      const { code, err } = await detect('', args);
      expect(code).toBe(2);
      expect(err).toContain('weimai detect');
    },
  );

  test('no rows at all is fine', async () => {
    expect(await detect('')).toEqual({ code: 0, out: '', err: '' });
  });
});
