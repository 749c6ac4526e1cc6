import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '#shared/node/root.ts';
import { readReason } from '../../../web/src/alerts/reasons.ts';

describe('why an incident moved', () => {
  // The codes stand in the state machine as literals; one that nobody put into words would be shown as it is.
  const machine = readFileSync(path.join(projectRoot(), 'shared/alert/next-incident.ts'), 'utf8');
  const codes = [
    ...machine.matchAll(/(?:move|resolve)\(draft, (?:'\w+', |evaluation, )'([a-z-]+)'/g),
    ...machine.matchAll(/(?:interrupt\(draft, '\w+'|comeBack\(draft), '([a-z-]+)'/g),
  ].map((match) => match[1] ?? '');

  it('has every code of the state machine in words', () => {
    expect(codes).toEqual(expect.arrayContaining(['held', 'resolved', 'relapsed', 'condition']));
    expect(codes.filter((code) => readReason(code).word === undefined)).toEqual([]);
  });

  it('keeps what follows the code, and the words of people as they are', () => {
    expect(readReason('evaluation-failed: timeout')).toEqual({
      word: ['评估失败', 'Evaluation failed'],
      detail: 'timeout',
    });
    const note = '服务器过载: 已查明';
    expect(readReason(note)).toEqual({ word: undefined, detail: note });
  });
});
