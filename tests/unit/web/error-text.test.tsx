import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ERROR_STATUS } from '#shared/wire/errors.ts';
import { fillWord } from '../../../web/src/i18n/words.ts';
import { CODE_WORDS, fieldWordOf, isOfField } from '../../../web/src/ui/error-words.ts';

describe('what the server refuses is said in the user’s language', () => {
  const CASES: [name: string, schema: z.ZodType, value: unknown, zh: string, en: string][] = [
    ['nothing given', z.string(), undefined, '请填写', 'is missing'],
    ['empty text', z.string().min(1), '', '请填写', 'is missing'],
    ['short text', z.string().min(8), 'x', '至少 8 个字符', 'must have 8 characters or more'],
    ['long text', z.string().max(2), 'xxx', '最多 2 个字符', 'must have 2 characters at most'],
    ['small number', z.number().min(30), 5, '不能小于 30', 'must be 30 or more'],
    ['big number', z.number().max(-1), 5, '不能大于 -1', 'must be -1 or less'],
    ['broken number', z.int(), 1.5, '须为整数', 'must be a whole number'],
    ['too many', z.array(z.string()).max(1), ['a', 'b'], '最多 1 项', 'must have 1 entry at most'],
    ['not an address', z.url(), 'x', '不是网址', 'is not an address'],
    ['not of the list', z.enum(['a', 'b']), 'c', '格式不对', 'is not valid'],
  ];
  test.each(CASES)('%s', (_name, schema, value, zh, en) => {
    const message = schema.safeParse(value).error?.issues[0]?.message ?? '';
    const found = fieldWordOf(message);
    expect(found).not.toBeNull();
    if (found === null) return;
    expect(fillWord(found.word, 'zh', { n: found.n })).toBe(zh);
    expect(fillWord(found.word, 'en', { n: found.n })).toBe(en);
  });

  test('a sentence that nobody foresaw is left as it is', () => {
    expect(fieldWordOf('needs the third moon')).toBeNull();
  });

  test('every code is answered by a sentence, or by the answer’s own detail on purpose', () => {
    expect(Object.keys(CODE_WORDS).sort()).toEqual(Object.keys(ERROR_STATUS).sort());
  });

  test('a part of a field belongs to the field, a longer name does not', () => {
    expect(isOfField('/aliases/0', 'aliases')).toBe(true);
    expect(isOfField('/aliases', 'aliases')).toBe(true);
    expect(isOfField('/aliasesOld', 'aliases')).toBe(false);
  });
});
