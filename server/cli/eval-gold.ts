import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultTopics } from '#shared/topic/default-topics.ts';
import { topicSchema } from '#shared/topic/topic.ts';
import type { Scorer } from '#shared/mood/score-post.ts';
import { likelihoodOf, MOOD_LABELS, type MoodLabel } from '#shared/mood/mood.ts';
import { createEngine, loadEngineParts, type EngineParts } from '#shared/node/engine.ts';
import { projectRoot } from '#shared/node/root.ts';
import { readTargeted } from '#shared/node/training/targeted-corpus.ts';
import { EXIT, type CliIo, type Command } from './command.ts';

const SPLITS = ['develop', 'check', 'fresh', 'blind'] as const;
/** Bounds of |score| in the reliability table; below the first is neutral. */
const BINS = [0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1] as const;

/** One post of the gold set with the mood toward each topic as a person read it. */
export interface GoldPost {
  id: string;
  text: string;
  topics: { topic: string; label: MoodLabel }[];
  phenomena: string[];
  split: (typeof SPLITS)[number];
}

interface Outcome {
  post: GoldPost;
  topic: string;
  expected: MoodLabel;
  found: MoodLabel | 'missing';
  score: number;
}

export const command: Command = {
  name: 'eval-gold',
  summary: 'measure targeted scoring on the gold set',
  usage:
    'weimai eval-gold [--errors]   --errors lists the mistakes of the develop half (never those of the check half)',
  run: (args, io) => run(args, io),
};

export async function run(args: string[], io: CliIo, parts?: EngineParts): Promise<number> {
  if (args.some((arg) => arg !== '--errors')) {
    io.stderr.write(`usage: ${command.usage}\n`);
    return EXIT.usage;
  }
  const outcomes = await scoreGold(parts);
  if (args.includes('--errors'))
    io.stdout.write(listErrors(outcomes.filter(({ post }) => post.split === 'develop')));
  io.stdout.write(report(outcomes));
  return EXIT.done;
}

/** Scores every post of tests/fixtures/gold with the trained model and the lexicons of this checkout. */
export async function scoreGold(parts?: EngineParts): Promise<Outcome[]> {
  const folder = path.join(projectRoot(), 'tests/fixtures/gold');
  const texts = await Promise.all(
    ['gold.jsonl', 'fresh.jsonl'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  const posts = texts
    .join('\n')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldPost);
  const extra = topicSchema
    .array()
    .parse(JSON.parse(await readFile(path.join(folder, 'topics.json'), 'utf8')));
  const engine = parts ?? (await loadEngineParts());
  const { scorer } = createEngine(engine, [...defaultTopics(), ...extra]);
  const blind = await readTargeted([path.join(folder, 'blind.tsv')], {
    dataFolder: '',
    topics: [],
  });
  return [
    ...posts.flatMap((post) => outcomesOf(post, scorer)),
    // Blind posts name topics of their own.
    ...blind.examples.flatMap((example, index) =>
      outcomesOf(
        {
          id: `blind-${index + 1}`,
          text: example.text,
          topics: [...example.labels].map(([topic, label]) => ({
            topic,
            label: MOOD_LABELS[label + 1] ?? 'neutral',
          })),
          phenomena: [...example.phenomena],
          split: 'blind',
        },
        createEngine(engine, example.topics).scorer,
      ),
    ),
  ];
}

function outcomesOf(post: GoldPost, scorer: Scorer): Outcome[] {
  const mood = scorer.score(post.text);
  return post.topics.map(({ topic, label }) => {
    const found = mood.topics.find((entry) => entry.topic === topic);
    return {
      post,
      topic,
      expected: label,
      found: found?.label ?? ('missing' as const),
      score: found?.score ?? 0,
    };
  });
}

function report(outcomes: Outcome[]): string {
  const phenomena = [...new Set(outcomes.flatMap(({ post }) => post.phenomena))].sort();
  const lines = [
    'phenomenon            develop            check            fresh            blind',
  ];
  const cell = (part: Outcome[]): string => {
    const right = part.filter((outcome) => outcome.found === outcome.expected).length;
    return `${((100 * right) / Math.max(1, part.length)).toFixed(1).padStart(6)} (${String(right).padStart(3)}/${String(part.length).padStart(3)})`;
  };
  const row = (name: string, part: Outcome[]): string =>
    name.padEnd(18) +
    SPLITS.map((split) => cell(part.filter(({ post }) => post.split === split))).join('  ');
  for (const name of phenomena)
    lines.push(
      row(
        name,
        outcomes.filter(({ post }) => post.phenomena.includes(name)),
      ),
    );
  lines.push(
    row(
      'two or more topics',
      outcomes.filter(({ post }) => post.topics.length > 1),
    ),
    row('all', outcomes),
    '',
  );
  for (const split of SPLITS)
    lines.push(
      confusion(
        split,
        outcomes.filter(({ post }) => post.split === split),
      ),
    );
  lines.push(reliability(outcomes));
  return lines.join('\n') + '\n';
}

/** How often positive and negative labels are right at each |score|, beside what {@link likelihoodOf} says. */
function reliability(outcomes: Outcome[]): string {
  const lines = ['|score|       ' + SPLITS.map((split) => split.padEnd(26)).join('')];
  BINS.slice(1).forEach((to, k) => {
    const from = BINS[k] ?? 0;
    const cells = SPLITS.map((split) => {
      const part = outcomes.filter(({ post, score, found }) => {
        const size = Math.abs(score);
        return (
          post.split === split &&
          found !== 'neutral' &&
          found !== 'missing' &&
          size > from &&
          size <= to
        );
      });
      if (part.length === 0) return '-'.padEnd(26);
      const mean = part.reduce((sum, { score }) => sum + likelihoodOf(score), 0) / part.length;
      const right = part.filter(({ found, expected }) => found === expected).length / part.length;
      return `${(100 * mean).toFixed(0)} said, ${(100 * right).toFixed(0)} right (${part.length})`.padEnd(
        26,
      );
    });
    lines.push(`${from.toFixed(2)}-${to.toFixed(2)}     ${cells.join('')}`);
  });
  return lines.join('\n') + '\n';
}

function confusion(name: string, outcomes: Outcome[]): string {
  const lines = [`${name}: expected (rows) by found`];
  lines.push(
    ' '.repeat(10) + [...MOOD_LABELS, 'missing'].map((label) => label.padStart(9)).join(''),
  );
  let f1 = 0;
  for (const expected of MOOD_LABELS) {
    const count = (found: string): number =>
      outcomes.filter((o) => o.expected === expected && o.found === found).length;
    lines.push(
      expected.padEnd(10) +
        [...MOOD_LABELS, 'missing'].map((found) => String(count(found)).padStart(9)).join(''),
    );
    const hit = count(expected);
    const support = outcomes.filter((o) => o.expected === expected).length;
    const claimed = outcomes.filter((o) => o.found === expected).length;
    f1 += (2 * hit) / Math.max(1, support + claimed) / MOOD_LABELS.length;
  }
  lines.push(`macro-F1 ${(100 * f1).toFixed(1)}`, '');
  return lines.join('\n');
}

function listErrors(outcomes: Outcome[]): string {
  return outcomes
    .filter((outcome) => outcome.found !== outcome.expected)
    .map(
      ({ post, topic, expected, found, score }) =>
        `${post.id} ${topic}: ${expected}, found ${found} ${score.toFixed(2)}\n    ${post.text}\n`,
    )
    .join('');
}
