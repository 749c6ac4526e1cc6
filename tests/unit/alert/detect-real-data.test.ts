import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createDetector } from '#shared/alert/detect-spike.ts';
import { HOUR_MS } from '#shared/series/bucket.ts';
import { command } from '#server/cli/detect.ts';
import { dataFolder } from '../../support/requirements.ts';

/** Real series stay outside the project; without them these tests are skipped. */
const DATA = dataFolder ?? '../shared/data';
const ANOMALY = path.join(DATA, 'anomaly');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const HOT_SEARCH = path.join(DATA, 'unlabelled/hotsearch_ai_2025-01-13_2025-02-16.csv.gz');
const SERIES = ['AAPL', 'CRM', 'KO', 'UPS'].map((name) => `Twitter_volume_${name}`);

describe.skipIf(!existsSync(ANOMALY) || !hasPython)(
  `four real Twitter series (needs ${ANOMALY} and python3)`,
  () => {
    const out = mkdtempSync(path.join(tmpdir(), 'weimai-detect-'));
    afterAll(() => rmSync(out, { recursive: true }));

    test('weimai detect scores above 88 with at most one false alarm per series-week', async () => {
      for (const name of SERIES) {
        const answer = await detect(readFileSync(path.join(ANOMALY, `${name}.csv`), 'utf8'));
        writeFileSync(path.join(out, `${name}.csv`), answer);
      }
      const args = ['score.py', '.', 'windows.json', out, '--threshold', '0.5'];
      const scored = spawnSync('python3', args, { cwd: ANOMALY, encoding: 'utf8' });
      const standard = /standard: ([\d.]+) .* (\d+)\/(\d+) windows, (\d+) false/.exec(
        scored.stdout,
      );
      expect(Number(standard?.[1]), scored.stdout + scored.stderr).toBeGreaterThan(88);
      expect(standard?.[2]).toBe(standard?.[3]);
      expect(Number(standard?.[4])).toBeLessThanOrEqual(31);
    });
  },
);

describe.skipIf(!existsSync(HOT_SEARCH))(`the rise of DeepSeek (needs ${HOT_SEARCH})`, () => {
  const byHour = new Map<number, number>();
  const from = Date.parse('2025-01-13T00:00:00+08:00');
  const to = Date.parse('2025-02-17T00:00:00+08:00');
  if (existsSync(HOT_SEARCH)) {
    for (const line of gunzipSync(readFileSync(HOT_SEARCH)).toString('utf8').split('\n').slice(1)) {
      // date,hour,title,category,description,hot,…: titles of these rows hold no comma before the word.
      const row = /^(\d{4}-\d\d-\d\d),(\d\d),([^,]*deepseek[^,]*),.*?,(\d+),\d+,\d+,\d+\r?$/i.exec(
        line,
      );
      if (row === null) continue;
      const at = Date.parse(`${row[1]}T${row[2]}:00:00+08:00`);
      byHour.set(at, (byHour.get(at) ?? 0) + Number(row[4]) / 1000);
    }
  }
  const told: number[] = [];
  const detector = createDetector({ stepMs: HOUR_MS });
  for (let at = from; at < to; at += HOUR_MS) {
    if (detector.push(at, Math.round(byHour.get(at) ?? 0))?.alert === 1) told.push(at);
  }

  test('nothing is told before it, and it is told in the first hours of 26 January', () => {
    expect(byHour.size).toBeGreaterThan(200);
    expect(told[0]).toBeGreaterThanOrEqual(Date.parse('2025-01-26T09:00:00+08:00'));
    expect(told[0]).toBeLessThanOrEqual(Date.parse('2025-01-26T12:00:00+08:00'));
  });

  test('the great wave of the 27th is told too, and the three weeks after it are quiet again', () => {
    const wave = told.filter(
      (at) =>
        at >= Date.parse('2025-01-27T07:00:00+08:00') &&
        at < Date.parse('2025-01-29T00:00:00+08:00'),
    );
    expect(wave.length).toBeGreaterThanOrEqual(1);
    expect(
      told.filter((at) => at >= Date.parse('2025-01-30T12:00:00+08:00')).length,
    ).toBeLessThanOrEqual(1);
  });
});

async function detect(csv: string): Promise<string> {
  const chunks: string[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  const io = {
    stdin: Readable.from([csv]),
    stdout,
    stderr: stdout,
    env: {},
    signal: new AbortController().signal,
  };
  expect(await command.run([], io)).toBe(0);
  return chunks.join('');
}
