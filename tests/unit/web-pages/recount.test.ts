import { describe, expect, test } from 'vitest';
import type { JobProgress } from '#shared/wire/live.ts';
import {
  type Recount,
  applyProgress,
  mergeRunning,
} from '../../../web/src/topics/recount-state.ts';

const aRecount = (change: Partial<Recount> = {}): Recount => ({
  job: 'j1',
  topic: 'deepseek',
  done: 100,
  total: 400,
  state: 'running',
  message: '',
  ...change,
});
const anEvent = (change: Partial<JobProgress> = {}): JobProgress => ({
  seq: 1,
  job: 'j1',
  kind: 'rescore',
  topic: 'deepseek',
  done: 200,
  total: 400,
  state: 'running',
  ...change,
});

describe('recounts on screen', () => {
  test('an event moves its own recount only', () => {
    const other = aRecount({ job: 'j2', topic: 'ernie' });
    expect(applyProgress([aRecount(), other], anEvent())).toEqual([aRecount({ done: 200 }), other]);
  });

  test('one started by somebody else appears, and replaces an older one of its topic', () => {
    const shown = applyProgress([aRecount()], anEvent({ job: 'j9', done: 0 }));
    expect(shown).toEqual([aRecount({ job: 'j9', done: 0 })]);
  });

  test('the end of one that was never on screen is no news', () => {
    expect(applyProgress([], anEvent({ state: 'done' }))).toEqual([]);
  });

  test('imports and the like are none of ours', () => {
    expect(applyProgress([aRecount()], anEvent({ kind: 'import', state: 'done' }))).toEqual([
      aRecount(),
    ]);
  });

  test('after a reload the running ones are there again', () => {
    const running = [{ job: 'j1', topic: 'deepseek', posts: 50, total: 400, message: '' }];
    expect(mergeRunning([], running)).toEqual([aRecount({ done: 50 })]);
  });

  test('an answer that is older than the last event does not set it back', () => {
    const running = [{ job: 'j1', topic: 'deepseek', posts: 50, total: 400, message: '' }];
    expect(mergeRunning([aRecount()], running)).toEqual([aRecount()]);
  });

  test('a finished one stays to be read, one that vanished unseen goes', () => {
    const done = aRecount({ state: 'done' });
    expect(mergeRunning([done], [])).toEqual([done]);
    expect(mergeRunning([aRecount()], [])).toEqual([]);
  });
});
