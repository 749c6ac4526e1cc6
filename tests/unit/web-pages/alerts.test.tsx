import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNEL_TYPES, SECRET_FIELDS, channelSchema } from '#shared/alert/channel.ts';
import {
  CHANNELS,
  initialValues,
  missingFields,
  nested,
} from '../../../web/src/alerts/channel-fields.ts';
import {
  linearScale,
  niceDomain,
  niceTicks,
  snap,
  spread,
} from '../../../web/src/alerts/chart-scale.ts';
import { lanesOf } from '../../../web/src/alerts/lanes.ts';
import { incidents } from '../../e2e/pages-fixtures.ts';

const number = fc.double({ min: -1000, max: 1000, noNaN: true });

describe('the scale of the threshold chart', () => {
  it('goes to pixels and back', () => {
    fc.assert(
      fc.property(number, (value) => {
        const scale = linearScale([-1000, 1000], [240, 10]);
        expect(scale.toValue(scale.toPixel(value))).toBeCloseTo(value, 6);
      }),
    );
  });
  it('holds every value and threshold, inside the limits of the measure', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }),
        (values) => {
          const [from, to] = niceDomain(values, [-100, 100]);
          expect(from).toBeLessThanOrEqual(Math.min(...values) + 1e-9);
          expect(to).toBeGreaterThanOrEqual(Math.max(...values) - 1e-9);
          expect(from).toBeGreaterThanOrEqual(-100);
          expect(niceTicks([from, to]).length).toBeLessThan(12);
        },
      ),
    );
  });
  it.each([
    [-40.4, 1, [-100, 100], -40],
    [0.293, 0.01, [0, 1], 0.29],
    [120, 1, [-100, 100], 100],
    [4.26, 0.5, [0.5, 300], 4.5],
  ] as const)('snap(%d, %d) inside %j = %d', (value, step, limits, expected) => {
    expect(snap(value, step, limits)).toBe(expected);
  });
  it('labels keep their distance and their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 10, max: 220, noNaN: true }), { maxLength: 4 }),
        (at) => {
          const moved = spread(at, 14, [10, 220]);
          const pairs = at
            .map((y, index) => [y, moved[index] ?? 0] as const)
            .sort((a, b) => a[1] - b[1]);
          for (const [index, pair] of pairs.entries()) {
            const next = pairs[index + 1];
            if (next === undefined) continue;
            expect(next[1] - pair[1]).toBeGreaterThanOrEqual(14 - 1e-9);
            expect(next[0]).toBeGreaterThanOrEqual(pair[0]);
          }
        },
      ),
    );
  });
});

describe('lanes of incidents', () => {
  const from = Date.parse('2025-01-25T00:00:00Z');
  const to = Date.parse('2025-01-28T00:00:00Z');
  it('one lane a rule, blocks inside the span, the newest rule on top', () => {
    const lanes = lanesOf(incidents, from, to);
    expect(lanes.map((lane) => lane.ruleId)).toEqual(['r1', 'r2']);
    for (const { left, width } of lanes.flatMap((lane) => lane.blocks)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
  it('an open incident lasts to the right edge; one before the span is left out', () => {
    const [first] = lanesOf(incidents, from, to);
    const block = first?.blocks[0];
    expect((block?.left ?? 0) + (block?.width ?? 0)).toBeCloseTo(1, 9);
    expect(lanesOf(incidents, from, to)[1]?.blocks).toHaveLength(1);
  });
});

/** What a person would type into the required fields of each kind. */
const TYPED: Readonly<Record<string, unknown>> = {
  url: 'https://example.org/hook',
  secret: `whsec_${'A'.repeat(43)}=`,
  token: 'abc123',
  key: 'abc123',
  botToken: '1:abc',
  chatId: '-100123',
  topic: 'weimai',
  deviceKey: 'abc',
  sendKey: 'abc',
  host: 'smtp.example.org',
  from: 'weimai@example.org',
  to: ['a@example.org'],
};

describe('forms of channels', () => {
  it('offer every kind the server knows, and every secret as a secret', () => {
    expect(Object.keys(CHANNELS).sort()).toEqual([...CHANNEL_TYPES].sort());
    for (const type of CHANNEL_TYPES) {
      const secrets = CHANNELS[type].fields
        .filter((field) => field.kind === 'secret')
        .map((field) => field.name);
      expect([...secrets].sort(), type).toEqual([...SECRET_FIELDS[type]].sort());
    }
  });
  it.each(CHANNEL_TYPES)('a filled form of %s is a channel the server takes', (type) => {
    const blank = initialValues(type);
    expect(missingFields(type, blank, []).length).toBeGreaterThan(0);
    const required = CHANNELS[type].fields.filter((field) => field.required === true);
    const values = {
      ...blank,
      ...Object.fromEntries(
        required
          .filter((field) => field.initial === '' || Array.isArray(field.initial))
          .map((field) => [field.name, TYPED[field.name]]),
      ),
    };
    expect(missingFields(type, values, [])).toEqual([]);
    const parsed = channelSchema.safeParse({ id: 'x', type, name: 'n', ...nested(values) });
    expect(parsed.error?.issues ?? []).toEqual([]);
  });
  it('a stored secret may stay empty', () => {
    const values = { ...initialValues('wecom'), key: '' };
    expect(missingFields('wecom', values, [])).toEqual(['key']);
    expect(missingFields('wecom', values, ['key'])).toEqual([]);
  });
});
