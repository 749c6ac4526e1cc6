import { expect, test } from 'vitest';
import { type XlsxValue, xlsxStream } from '#shared/node/render/xlsx-stream.ts';
import { readWorkbook } from './read-faces.ts';

async function* rows(n: number): AsyncGenerator<XlsxValue[]> {
  for (let i = 0; i < n; i++) yield [`r${i}`, i];
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([
  [0, [1]],
  [9, [10]],
  [10, [10, 2]],
  [25, [10, 10, 8]],
])('%i rows at 10 a sheet: sheets of %j rows, each with its header', async (n, expected) => {
  const { sheets } = await readWorkbook(
    await collect(xlsxStream('posts', ['id', 'n'], rows(n), 10)),
  );
  expect(sheets.map((sheet) => sheet.rows.length)).toEqual(expected);
  expect(sheets.every((sheet) => sheet.rows[0]?.[0] === 'id')).toBe(true);
  expect(sheets.flatMap((sheet) => sheet.rows.slice(1)).map((row) => row[1])).toEqual(
    Array.from({ length: n }, (_, i) => i),
  );
});

test('the same rows give the same bytes', async () => {
  const once = await collect(xlsxStream('a', ['x'], rows(50)));
  expect(Buffer.compare(once, await collect(xlsxStream('a', ['x'], rows(50))))).toBe(0);
});

test('a source that fails ends the file with its error', async () => {
  async function* failing(): AsyncGenerator<XlsxValue[]> {
    yield ['one'];
    throw new Error('connection lost');
  }
  await expect(collect(xlsxStream('a', ['x'], failing()))).rejects.toThrow('connection lost');
});
