import { expect, test } from 'vitest';
import { modelVerdict } from '../../../web/src/topics/model-state.ts';

type View = Parameters<typeof modelVerdict>[0];
const aView = (change: Partial<View> = {}): View => ({
  model: null,
  reason: 'never-learnt',
  labelsNow: 90,
  needed: { labels: 60, confirmed: 15 },
  ...change,
});
const MODEL = { sharpness: 1, positive: 0, neutral: 0, negative: 0 };

test.each<[name: string, view: Partial<View>, kind: string, missing: number, canLearn: boolean]>([
  ['nothing reviewed', { labelsNow: 0 }, 'collect', 60, false],
  ['one short', { labelsNow: 59 }, 'collect', 1, false],
  ['just enough', { labelsNow: 60 }, 'ready', 0, true],
  ['tried too early, enough now', { reason: 'too-few-labels' }, 'ready', 0, true],
  ['tried without a sure gain', { reason: 'no-sure-gain' }, 'no-gain', 0, true],
  ['all of one mood', { reason: 'one-class' }, 'one-class', 0, true],
  ['only errors reviewed', { reason: 'too-few-confirmed' }, 'blind', 0, true],
  ['in use', { reason: 'adopted', model: MODEL }, 'adopted', 0, true],
  [
    'in use, labels taken back since',
    { reason: 'adopted', model: MODEL, labelsNow: 10 },
    'adopted',
    50,
    false,
  ],
])('%s', (_name, view, kind, missing, canLearn) => {
  expect(modelVerdict(aView(view))).toEqual({ kind, missing, canLearn });
});
