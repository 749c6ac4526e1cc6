import { existsSync, createReadStream, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import writeXlsxFile from 'write-excel-file/node';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '#shared/node/formats/detect-format.ts';
import { guessMapping, parseMapping } from '#shared/node/formats/column-mapping.ts';
import { readPosts, type ReadOptions, type ReadResult } from '#shared/node/formats/read-posts.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/formats');
const NOW = Date.parse('2025-02-01T00:00:00+08:00');
const NOW_OPTIONS = { format: 'auto', now: NOW, fetchedAt: NOW } as const;

async function readBytes(
  bytes: Buffer[],
  name: string,
  options: Partial<ReadOptions> = {},
): Promise<ReadResult[]> {
  const results: ReadResult[] = [];
  for await (const row of readPosts(Readable.from(bytes), { ...NOW_OPTIONS, name, ...options }))
    results.push(row);
  return results;
}

/** The reader's view of a file without the progress figure, which depends on the chunks by nature. */
async function rowsOf(bytes: Buffer[], name: string): Promise<unknown[]> {
  return (await readBytes(bytes, name)).map(({ index, result, raw, header }) => ({
    index,
    result,
    raw,
    header,
  }));
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

describe('chunks', () => {
  const files = readdirSync(FOLDER).map((name) => ({
    name,
    bytes: readFileSync(join(FOLDER, name)),
  }));

  test.each(files)(
    '$name: any split of the bytes gives the same rows, plain or gzipped',
    async ({ name, bytes }) => {
      const whole = await rowsOf([bytes], name);
      expect(await rowsOf([gzipSync(bytes)], `${name}.gz`)).toEqual(whole);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(), { maxLength: 12 }), async (places) => {
          expect(await rowsOf(cut(bytes, places), name)).toEqual(whole);
        }),
        { numRuns: 25 },
      );
      expect(
        await rowsOf(
          [...bytes].map((byte) => Buffer.from([byte])),
          name,
        ),
      ).toEqual(whole);
    },
  );
});

describe('CSV', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('a,b', '"', 'x\ny', 'x\r\ny', '', '引"号', ',', '\t'),
  );

  test('reads back whatever RFC 4180 can write, in any chunking', async () => {
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(), { maxLength: 6 }), async (rows, places) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const body = rows
          .map(([a, b], i) => [i, '2025-01-20', quoted(`文${a}`), quoted(`x${b}`)].join(','))
          .join('\r\n');
        const results = await readBytes(
          cut(Buffer.from(`id,createdAt,text,author.name\r\n${body}\r\n`), places),
          'a.csv',
        );
        expect(results.map((row) => row.index)).toEqual(rows.map((_, i) => i + 2));
        expect(results.map(({ result }) => result.ok && result.post.id)).toEqual(
          rows.map((_, i) => String(i)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('forgives stray quotes and ragged rows', async () => {
    const csv =
      'id,createdAt,text\n1,2025-01-20,他说"好"啊\n2,2025-01-20,"引"尾巴\n3,2025-01-20\n4,2025-01-20,正常,多一格\n';
    const results = await readBytes([Buffer.from(csv)], 'a.csv');
    expect(
      results.map(({ result }) => (result.ok ? result.post.text : result.rejection.code)),
    ).toEqual(['他说"好"啊', '引尾巴', 'post/text-missing', '正常']);
  });

  test('a quote that never closes costs one refused row, not the memory or the rest of the file', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i},2025-01-20,第${i}条`).join('\n');
    const csv = `id,createdAt,text\n1,2025-01-20,"没有结尾\n${lines}\n`;
    const results = await readBytes(
      cut(Buffer.from(csv), [65_536, 131_072, 700_000, 1_000_000]),
      'a.csv',
    );
    expect(results[0]?.result).toMatchObject({
      ok: false,
      rejection: { code: 'post/line-too-long' },
    });
    expect(results.at(-1)?.result).toMatchObject({ ok: true, post: { text: '第59999条' } });
  });
});

describe('JSON', () => {
  test.each([
    ['a root object', '{"id":"1","text":"一","createdAt":"2025-01-20"}', ['1']],
    [
      'objects one after another',
      '{\n"id":"1","text":"一","createdAt":"2025-01-20"}\n\n{\n"id":"2","text":"{[二","createdAt":"2025-01-20"}',
      ['1', '2'],
    ],
    [
      'a wrapped list',
      '{"meta":{"posts":[{"id":"no"}]},"data":{"posts":[{"id":"1","text":"一","createdAt":"2025-01-20","tags":["[","{"]}]}}',
      ['1'],
    ],
    [
      'wrong elements are refused one by one',
      '[5,"x]",null,{"id":"1","text":"一","createdAt":"2025-01-20"},[1],{"id":2}]',
      [
        'post/not-an-object',
        'post/not-an-object',
        'post/not-an-object',
        '1',
        'post/not-an-object',
        'post/text-missing',
      ],
    ],
    [
      'a file that ends in the middle',
      '[{"id":"1","text":"一","createdAt":"2025-01-20"},{"id":"2","te',
      ['1', 'post/not-json'],
    ],
    ['too deep', `[${'{"a":'.repeat(40)}1${'}'.repeat(40)}]`, ['post/too-deep']],
  ])('%s', async (_, json, expected) => {
    const results = await readBytes([Buffer.from(json)], 'a.json');
    expect(
      results.map(({ result }) => (result.ok ? result.post.id : result.rejection.code)),
    ).toEqual(expected);
  });

  test('NDJSON names bad and overlong lines by number and goes on', async () => {
    const good = (id: number) => `{"id":"${id}","text":"好","createdAt":"2025-01-20"}`;
    const text = `${good(1)}\r\n\nnonsense\n${'x'.repeat(600_000)}\n{"id":"${'y'.repeat(600_000)}"}\n${good(6)}`;
    const results = await readBytes(cut(Buffer.from(text), [70_000, 400_000, 800_000]), 'a.ndjson');
    expect(results.map((row) => [row.index, row.result.ok || row.result.rejection.code])).toEqual([
      [1, true],
      [3, 'post/not-json'],
      [4, 'post/line-too-long'],
      [5, 'post/line-too-long'],
      [6, true],
    ]);
    expect(Math.max(...results.map((row) => row.raw.length))).toBe(20_000);
  });
});

describe('Excel', () => {
  test('text, dates and ids come out as in the sheet; ids that Excel has rounded are not trusted', async () => {
    const rows = [
      ['id', '发布时间', '内容', '转发数'].map((value) => ({ value })),
      [
        { value: '5126000000000001' },
        { type: Date, value: new Date(Date.UTC(2025, 0, 20, 21, 4)), format: 'yyyy-mm-dd hh:mm' },
        { value: '第一行 & <b>\n换行' },
        { type: Number, value: 12 },
      ],
      [
        { type: Number, value: 5126000000000002 },
        { value: '2025-01-20 21:05' },
        { value: '第二行' },
        null,
      ],
    ];
    const bytes = await writeXlsxFile(rows as never).toBuffer();
    const results = await readBytes([bytes], 'weibo.xlsx');
    expect(results.map((row) => row.index)).toEqual([2, 3]);
    expect(results[0]?.result).toMatchObject({
      ok: true,
      post: {
        id: '5126000000000001',
        text: '第一行 & <b>\n换行',
        createdAt: Date.parse('2025-01-20T21:04:00+08:00'),
        counts: { reposts: 12 },
      },
    });
    expect(results[1]?.result).toMatchObject({
      ok: true,
      post: { id: expect.stringMatching(/^sha1:/) as string, text: '第二行' },
    });
  });

  test('bombs, cut files and foreign zips are refused', async () => {
    const bytes = await writeXlsxFile([
      [{ value: 'text' }, { value: 'createdAt' }],
      [{ value: '长'.repeat(30_000) }, { value: '2025-01-20' }],
    ] as never).toBuffer();
    const tight = { expandedBytes: 20_000, ratio: 10, freeBytes: 1_000, entries: 100 };
    await expect(readBytes([bytes], 'a.xlsx', { limits: tight })).rejects.toMatchObject({
      code: 'format/too-large',
    });
    await expect(
      readBytes([bytes], 'a.xlsx', { limits: { ...tight, entries: 2 } }),
    ).rejects.toMatchObject({ code: 'format/too-large' });
    await expect(readBytes([bytes.subarray(0, bytes.length - 30)], 'a.xlsx')).rejects.toMatchObject(
      { code: 'format/broken' },
    );
  });

  test('no damage to the bytes makes the reader do anything but read or refuse', async () => {
    const bytes = await writeXlsxFile([
      [{ value: 'text' }, { value: 'createdAt' }],
      [{ value: '好' }, { value: '2025-01-20' }],
    ] as never).toBuffer();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (place, value) => {
        const damaged = Buffer.from(bytes);
        damaged[place] = value;
        const outcome = await readBytes([damaged], 'a.xlsx').then(
          () => 'read',
          (error: { name: string }) => error.name,
        );
        expect(['read', 'FormatError']).toContain(outcome);
      }),
      { numRuns: 150 },
    );
  });
});

describe('gzip', () => {
  test('a bomb is refused while it expands', async () => {
    const bomb = gzipSync(Buffer.alloc(80_000_000, 'x'));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readBytes([bomb], 'a.ndjson.gz', { format: 'ndjson' })).rejects.toMatchObject({
      code: 'format/too-large',
    });
  });

  test('a cut file gives what it holds, then says that it is damaged', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `{"id":"${i * 7919}","text":"好${i}","createdAt":"2025-01-20"}`,
    ).join('\n');
    const bytes = gzipSync(Buffer.from(lines));
    const seen: ReadResult[] = [];
    const reading = (async () => {
      const half = Readable.from([bytes.subarray(0, bytes.length / 2)]);
      for await (const row of readPosts(half, { ...NOW_OPTIONS, name: 'a' })) seen.push(row);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'format/broken' });
    expect(seen.filter(({ result }) => result.ok).length).toBeGreaterThan(1_000);
  });
});

describe('feeds', () => {
  test.each([
    [
      'declares entities',
      '<!DOCTYPE r [<!ENTITY a "x">]><rss><channel><item><title>&a;</title></item></channel></rss>',
      'format/broken',
    ],
    ['is HTML', '<html><body>hi</body></html>', 'format/unknown'],
    ['is cut', '<rss><channel><item><title>x', 'format/broken'],
  ])('a document that %s is refused', async (_, xml, code) => {
    await expect(readBytes([Buffer.from(xml)], 'a.xml')).rejects.toMatchObject({ code });
  });
});

describe('format', () => {
  test.each([
    ['[{"a":1}]', 'a', 'json'],
    ['{"a":1}\n{"a":2}', 'a', 'ndjson'],
    ['{\n "weibo": []}', 'a', 'json'],
    ['{"weibo":[{"id":1}]}\n', 'a', 'json'],
    ['\ufeffid,text\n', 'a', 'csv'],
    ['id\ttext\n', 'a', 'tsv'],
    ['id,text', 'a.tsv.gz', 'tsv'],
    ['<?xml version="1.0"?>', 'a', 'feed'],
    [':thump\nevent: update', 'a', 'sse'],
    ['PK\u0003\u0004', 'a', 'xlsx'],
  ])('%j in %s is %s', (head, name, format) => {
    expect(detectFormat(Buffer.from(head), name)).toBe(format);
    expect(detectFormat(gzipSync(Buffer.from(head)), name)).toBe(format);
  });

  test.each([
    ['', 'format/unknown'],
    ['\u0000\u0001\u0002binary', 'format/unknown'],
    ['\u001f\u008bnot gzip', 'format/broken'],
  ])('%j is refused', (head, code) => {
    expect(() => detectFormat(Buffer.from(head, 'latin1'), 'a')).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});

test('a mapping is written field=column and refuses what it does not know', () => {
  expect(parseMapping('text=内容, createdAt=day')).toEqual({ text: '内容', createdAt: 'day' });
  expect(() => parseMapping('words=text')).toThrow(/fields are id, source, text/);
  expect(guessMapping(['day', 'text'])).toEqual({ createdAt: 'day', text: 'text' });
});

describe('real posts without ids', () => {
  const file = join(
    process.env['WEIMAI_DATA'] ?? '../shared/data',
    'unlabelled/covid_weibo_3days_2020.csv.gz',
  );
  const mapping = { text: 'text', createdAt: 'day' };

  test.skipIf(!existsSync(file))(
    'three days of 2020: every row a post of its own day, the same ids whatever the chunks',
    async () => {
      const ids = new Set<string>();
      const perDay = new Map<string, number>();
      let rows = 0;
      for await (const { result } of readPosts(createReadStream(file), {
        ...NOW_OPTIONS,
        name: file,
        mapping,
      })) {
        if (!result.ok) throw new Error(JSON.stringify(result.rejection));
        rows += 1;
        ids.add(result.post.id);
        const day = new Date(result.post.createdAt + 8 * 3_600_000).toISOString().slice(0, 10);
        perDay.set(day, (perDay.get(day) ?? 0) + 1);
      }
      // Counted with Python's csv module: 48,931 rows, 39,609 of them distinct.
      expect([rows, ids.size]).toEqual([48_931, 39_609]);
      expect(Object.fromEntries(perDay)).toEqual({
        '2020-02-03': 15_996,
        '2020-02-10': 17_489,
        '2020-03-18': 15_446,
      });
    },
  );
});

describe('naughty strings', () => {
  const file = join(process.env['WEIMAI_DATA'] ?? '../shared/data', 'hostile/naughty-strings.json');
  const naughty = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
  const createdAt = '2025-01-20';

  test.skipIf(naughty.length === 0)(
    'every row of NDJSON and CSV comes out, as a post or as a named refusal',
    async () => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const ndjson = naughty.map((text, id) =>
        JSON.stringify({ id: String(id), text, createdAt, author: { name: text } }),
      );
      const csv = naughty.map((text, id) =>
        [`r${id}`, createdAt, quoted(text), quoted(text)].join(','),
      );
      const header = 'id,createdAt,text,author.name';
      const files = [ndjson.join('\n'), [header, ...csv].join('\r\n')];
      for (const content of files) {
        const results = await readBytes([Buffer.from(content)], 'naughty');
        expect(results).toHaveLength(naughty.length);
        for (const { result } of results) {
          if (!result.ok)
            expect(result.rejection).toMatchObject({
              code: expect.stringMatching(/^post\//) as string,
              field: expect.any(String) as string,
            });
        }
        expect(results.filter(({ result }) => result.ok).length).toBeGreaterThan(
          naughty.length * 0.95,
        );
      }
    },
  );
});
