import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocalInput, localDay, toLocalInput } from '../../../web/src/i18n/local-time.ts';
import { exclusionCandidates, freeColor, suggestId } from '../../../web/src/topics/topic-draft.ts';
import { type Mark, cutText } from '../../../web/src/ui/cut-text.ts';

const marks = fc.array(
  fc.record({
    start: fc.integer({ min: -3, max: 40 }),
    end: fc.integer({ min: -3, max: 40 }),
    tone: fc.constantFrom('positive', 'negative', 'neutral', 'hit') as fc.Arbitrary<Mark['tone']>,
  }),
  { maxLength: 8 },
);

describe('marked text', () => {
  it('its pieces joined are the text, whatever the marks', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), marks, (text, given) => {
        expect(
          cutText(text, given)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
  it('marks what stands between start and end, the earlier of two that overlap', () => {
    expect(
      cutText('深度求索真好', [
        { start: 2, end: 5, tone: 'positive' },
        { start: 0, end: 4, tone: 'hit' },
      ]).map(({ text, mark }) => [text, mark?.tone ?? '']),
    ).toEqual([
      ['深度求索', 'hit'],
      ['真', 'positive'],
      ['好', ''],
    ]);
  });
});

describe('phrases offered for exclusion', () => {
  it('hold the hit, stand in the text and do not cross punctuation or spaces', () => {
    const text = '我今天深思熟虑，才决定';
    const candidates = exclusionCandidates(text, [3, 5]);
    expect(candidates).toContain('深思熟虑');
    for (const candidate of candidates) {
      expect(text).toContain(candidate);
      expect(candidate).toContain('深思');
      expect(candidate).not.toMatch(/[，\s]/);
    }
  });
  it('never cut a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), (around) => {
        const text = `${around}DS${around}`;
        const start = around.length;
        for (const candidate of exclusionCandidates(text, [start, start + 2]))
          expect(candidate.isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });
  it('a hit alone offers nothing', () => {
    expect(exclusionCandidates('DS', [0, 2])).toEqual([]);
  });
});

describe('a new topic', () => {
  it.each([
    ['DeepSeek', [], 'deepseek'],
    ['ChatGPT / OpenAI', [], 'chatgpt-openai'],
    ['文心一言', [], 'topic-1'],
    ['文心一言', ['topic-1'], 'topic-2'],
    ['Kimi', ['kimi'], 'kimi-2'],
  ])('“%s” beside %j is called %s', (name, taken, id) => {
    expect(suggestId(name, new Set(taken))).toBe(id);
  });
  it('takes the colour that fewest use', () => {
    expect(freeColor([])).toBe(0);
    expect(freeColor([0, 1, 2, 0])).toBe(3);
    expect(freeColor([0, 1, 2, 3, 4, 5, 0])).toBe(1);
  });
});

describe('wall time of a zone in an input', () => {
  const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Asia/Kathmandu', 'Europe/London'];
  it('comes back as the same minute, outside the hour that clocks repeat', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
        fc.constantFrom(...zones),
        (at, zone) => {
          const minute = Math.floor(at / 60_000) * 60_000;
          const back = fromLocalInput(toLocalInput(minute, zone), zone);
          expect([0, 3_600_000]).toContain(Math.abs((back ?? 0) - minute));
          expect(toLocalInput(back ?? 0, zone)).toBe(toLocalInput(minute, zone));
        },
      ),
    );
  });
  it('is the reader’s day, not the machine’s', () => {
    const at = Date.parse('2025-01-27T16:30:00Z');
    expect(localDay(at, 'Asia/Shanghai')).toBe('2025-01-28');
    expect(localDay(at, 'America/New_York')).toBe('2025-01-27');
    expect(toLocalInput(at, 'Asia/Shanghai')).toBe('2025-01-28T00:30');
  });
  it.each(['', 'yesterday', '2025-01-27', '2025-99-99T10:00'])('“%s” is no instant', (text) => {
    expect(fromLocalInput(text, 'Asia/Shanghai')).toBeNull();
  });
});
