import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Scorer } from '#shared/mood/score-post.ts';
import { createEngine, loadRuleParts } from '#shared/node/engine.ts';
import { defaultTopics } from '#shared/topic/default-topics.ts';

interface Example {
  rule: string;
  text: string;
  labels: string[];
  evidence: string;
}

const examples: Example[] = readFileSync(
  new URL('../../fixtures/rules/examples.tsv', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [rule = '', text = '', labels = '', evidence = '-'] = line.split('\t');
    return { rule, text, labels: labels.split(' '), evidence };
  });

let scorer: Scorer;
beforeAll(async () => {
  scorer = createEngine(await loadRuleParts(), defaultTopics()).scorer;
});

describe('each rule reads its worked example', () => {
  test.each(examples)('$rule: $text', ({ text, labels, evidence }) => {
    const { topics } = scorer.score(text);
    for (const expected of labels) {
      const [topic = '', label] = expected.split('=');
      expect(topics.find((entry) => entry.topic === topic)?.label, topic).toBe(label);
    }
    if (evidence === '-') return;
    const first = topics.find((entry) => entry.topic === labels[0]?.split('=')[0]);
    expect(first?.evidence.map((part) => part.rule)).toContain(evidence);
  });
});
