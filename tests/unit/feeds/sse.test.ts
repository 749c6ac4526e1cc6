import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSse, SSE_MAX_LENGTH, SSE_START } from '#worker/feeds/sse.ts';
import type { SseEvent } from '#worker/feeds/sse.ts';

function readAll(pieces: readonly string[]): SseEvent[] {
  let state = SSE_START;
  return pieces.flatMap((piece) => {
    const next = readSse(state, piece);
    state = next.state;
    return next.events;
  });
}

test.each<[string, string, SseEvent[]]>([
  [
    'a Mastodon update',
    'event: update\ndata: {"id":"1"}\n\n',
    [{ event: 'update', data: '{"id":"1"}' }],
  ],
  ['several data lines', 'data: a\ndata: b\n\n', [{ event: 'message', data: 'a\nb' }]],
  ['a heartbeat', ':thump\n\n', []],
  ['an event without data', 'event: update\n\n', []],
  [
    'a name that does not outlive its event',
    'event: x\n\ndata: y\n\n',
    [{ event: 'message', data: 'y' }],
  ],
  [
    'one space only is taken off',
    'data:  a\n\ndata:b\n\n',
    [
      { event: 'message', data: ' a' },
      { event: 'message', data: 'b' },
    ],
  ],
  ['a field without colon', 'data\n\n', [{ event: 'message', data: '' }]],
  ['unknown fields', 'id: 7\nretry: 1\nfoo: bar\ndata: x\n\n', [{ event: 'message', data: 'x' }]],
  ['an event that is not finished', 'data: x\n', []],
])('%s', (_name, text, events) => {
  expect(readAll([text])).toEqual(events);
});

test('pieces may end anywhere and lines may end in LF, CR or CRLF', () => {
  const lines = [
    'event: update',
    'data: 甲',
    'data: 乙',
    '',
    ':thump',
    '',
    'event: delete',
    'data: 9',
    '',
  ];
  const expected = [
    { event: 'update', data: '甲\n乙' },
    { event: 'delete', data: '9' },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 12 }),
      (end, cuts) => {
        const text = lines.map((line) => line + end).join('');
        const sorted = [
          0,
          ...cuts.filter((cut) => cut <= text.length).toSorted((a, b) => a - b),
          text.length,
        ];
        const pieces = sorted.slice(1).map((cut, index) => text.slice(sorted[index], cut));
        expect(readAll(pieces)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});

describe('a stream that never ends its event is refused, not collected', () => {
  test.each([
    ['one long line', 'x'.repeat(65_536)],
    ['endless data', 'data: aaaaaaaa\n'.repeat(4096)],
    ['endless empty data', 'data\n'.repeat(13_107)],
  ])('%s', (_name, piece) => {
    const pieces = Array.from(
      { length: Math.ceil((16 * SSE_MAX_LENGTH) / piece.length) },
      () => piece,
    );
    expect(() => readAll(pieces)).toThrow(/too long/);
  });
});
