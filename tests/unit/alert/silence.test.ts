import { describe, expect, test } from 'vitest';
import { previewSilence, silenceFor } from '#shared/alert/silence.ts';

const rule = { id: 'r1', topic: 'deepseek' };
const silence = (input: object) => ({
  id: 's',
  topic: '',
  ruleId: '',
  from: 100,
  until: 200,
  ...input,
});

describe('silences', () => {
  test.each([
    ['of the topic', { topic: 'deepseek' }, 150, 's'],
    ['of another topic', { topic: 'nvidia' }, 150, null],
    ['of the rule', { ruleId: 'r1' }, 150, 's'],
    ['of another rule of the topic', { topic: 'deepseek', ruleId: 'r2' }, 150, null],
    ['of everything', {}, 150, 's'],
    ['from its first instant', {}, 100, 's'],
    ['not at its end', {}, 200, null],
    ['not before', {}, 99, null],
  ])('%s', (_name, input, at, found) => {
    expect(silenceFor([silence(input)], rule, at)).toBe(found);
  });
  test('of several the one that lasts longest speaks', () => {
    expect(silenceFor([silence({ id: 'a' }), silence({ id: 'b', until: 300 })], rule, 150)).toBe(
      'b',
    );
  });
  test('the preview names the rules it would reach', () => {
    const rules = [rule, { id: 'r2', topic: 'deepseek' }, { id: 'r3', topic: 'nvidia' }];
    expect(previewSilence({ topic: 'deepseek', ruleId: '' }, rules).map(({ id }) => id)).toEqual([
      'r1',
      'r2',
    ]);
  });
});
