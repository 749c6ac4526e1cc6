import { KIND_BIT, roleOf, type Cue } from './lexicon.ts';
import {
  judge,
  topicsOf,
  type Clause,
  type Judgement,
  type Mention,
  type Reading,
} from './reading.ts';

const FRAME = 2.2;
/** A tie that says nothing about quality takes the weight from its clause. */
const TIE = 0.05;

/**
 * Comparison gives the two sides opposite moods.
 *
 *     A比B强 → A +, B −        A不如B → A −, B +       A吊打B / A被B吊打       A没有B好用 → A −, B +
 *     比起B，A更稳 → A +, B −   A和B半斤八两 → 0, 0     有了A谁还用B → A +, B −   A追上B → A +, B 0
 */
export function compare(reading: Reading): void {
  if ((reading.bits & KIND_BIT.compare) === 0) return;
  let focus: number[] = reading.given;
  for (const clause of reading.clauses) {
    if (clause.mentions.length === 0 && (clause.bits & KIND_BIT.compare) === 0) continue;
    for (const cue of clause.cues) {
      const role = roleOf(cue, 'compare');
      if (role === undefined) continue;
      frame(reading, clause, cue, role.firstTag, focus);
    }
    const first = clause.mentions.find(({ topic }) => topic >= 0);
    if (first !== undefined) focus = [first.topic];
  }
}

function frame(
  reading: Reading,
  clause: Clause,
  cue: Cue,
  tag: string,
  focus: readonly number[],
): void {
  const { text } = reading;
  const before = clause.mentions.filter((mention) => mention.end <= cue.start);
  const after = clause.mentions.filter((mention) => mention.start >= cue.end);
  const left = topicsOf(nearest(before, text));
  const subject = left.length > 0 ? left : focus;
  const right = topicsOf(leading(after, text));
  switch (tag) {
    case 'than': {
      const judgements = clause.judgements.filter((j) => j.start >= (after[0]?.end ?? cue.end));
      const measured = withMeasure(text, before, cue);
      if (right.length === 0 && measured !== undefined) {
        // 跟B比: B stands before 比.
        const winners = topicsOf(before.filter((mention) => mention.end <= measured.start));
        const rest = winners.length > 0 ? winners : [...focus];
        oppose(
          following(reading, clause, cue.end),
          rest.filter((t) => t !== measured.topic),
          [measured.topic],
        );
      } else if (right.length > 0) {
        oppose(
          judgements,
          subject.filter((t) => !right.includes(t)),
          right,
        );
        if (
          judgements.length === 0 &&
          /[多更还大]|倍|得/.test(text.slice(after[0]?.end, clause.end))
        )
          decide(clause, cue, subject, right, 0.7);
      }
      return;
    }
    case 'lessthan': {
      const object = after[0];
      const pronoun = clause.cues.find(
        (other) => other.start === cue.end && other.entry.word === '人家',
      );
      const end = pronoun?.end ?? object?.end ?? cue.end;
      if (pronoun === undefined && (object === undefined || object.start - cue.end > 1)) return;
      // 没人家好: the other name of this or the last clause.
      const better =
        pronoun === undefined
          ? right
          : earlierTopics(reading, clause)
              .filter((t) => !subject.includes(t))
              .slice(-1);
      const judgements = clause.judgements.filter((j) => j.start >= end && j.start - end <= 10);
      const worse = subject.filter((t) => !better.includes(t));
      if (judgements.length > 0 && better.length > 0) {
        oppose(judgements, better, worse);
      }
      return;
    }
    case 'wins': {
      const by = passive(text, clause, cue);
      if (by !== -1) {
        const winners = topicsOf(before.filter((mention) => mention.start >= by));
        const losers = topicsOf(
          nearest(
            before.filter((mention) => mention.end <= by),
            text,
          ),
        );
        decide(clause, cue, winners, losers.length > 0 ? losers : [...focus]);
        return;
      }
      const taken = preposed(text, clause, cue);
      const losers =
        taken === -1 ? right : topicsOf(before.filter((mention) => mention.start >= taken));
      const own =
        taken === -1
          ? left
          : topicsOf(
              nearest(
                before.filter((mention) => mention.end <= taken),
                text,
              ),
            );
      if (losers.length === 0 && (cue.entry.word.length < 2 || roleOf(cue, 'event') !== undefined))
        return;
      if (cue.entry.word.length < 2 && (after[0]?.start ?? Infinity) - cue.end > 1) return;
      decide(clause, cue, own.length > 0 ? own : focus.filter((t) => !losers.includes(t)), losers);
      return;
    }
    case 'loses': {
      const rather = reading.clauses.some(
        (other) =>
          other.sentence === clause.sentence &&
          other.cues.some((c) => roleOf(c, 'compare')?.tags.has('rather') === true),
      );
      if (rather && right.length === 0) return;
      const pair = right.length === 0 && before.length >= 2;
      if (pair) decide(clause, cue, [before.at(-1)?.topic ?? -1], [before.at(-2)?.topic ?? -1]);
      else if (right.length > 0 || cue.entry.word.length > 2)
        decide(
          clause,
          cue,
          right,
          subject.filter((t) => !right.includes(t)),
        );
      return;
    }
    case 'catches':
      if (right.length > 0)
        decide(
          clause,
          cue,
          subject.filter((t) => !right.includes(t)),
          [],
        );
      return;
    case 'standard': {
      const measure = right.length > 0 ? right : topicsOf(before.slice(-1));
      const others = (right.length > 0 ? left : topicsOf(before.slice(0, -1))).filter(
        (t) => !measure.includes(t),
      );
      const next = reading.clauses[clause.index + 1];
      const named = next === undefined ? [] : topicsOf(next.mentions.slice(0, 1));
      oppose(
        following(reading, clause, cue.end),
        others.length > 0
          ? others
          : named.length > 0
            ? named
            : focus.filter((t) => !measure.includes(t)),
        measure,
      );
      return;
    }
    case 'ties':
    case 'ties-bad':
    case 'ties-good': {
      const both = topicsOf(clause.mentions);
      const all = both.length > 0 ? both : pairBefore(reading, clause);
      if (all.length < 2) return;
      const value = tag === 'ties' ? TIE : tag === 'ties-bad' ? -FRAME : FRAME * 0.8;
      judge(clause, 'eval', value, 'comparison:tie', cue).shares = all.map((topic) => ({
        topic,
        factor: 1,
      }));
      for (const judgement of clause.judgements) judgement.shares ??= [];
      return;
    }
    case 'rather': {
      const loser = right;
      if (/^(?:有了|放着|自从|自打)/.test(cue.entry.word)) {
        if (loser.length > 0) decide(clause, cue, loser, [], 0.8);
      } else decide(clause, cue, laterTopics(reading, clause, loser), loser);
      return;
    }
    case 'who-still':
      decide(
        clause,
        cue,
        earlierTopics(reading, clause).filter((t) => !right.includes(t)),
        right,
      );
      return;
    case 'switch':
      if (right.length > 0)
        decide(
          clause,
          cue,
          right,
          left.filter((t) => !right.includes(t)),
          0.7,
        );
      return;
    case 'prefer': {
      const wanted = right;
      const refused = topicsOf(after.slice(1));
      if (refused.length > 0) decide(clause, cue, wanted.slice(0, 1), refused);
      return;
    }
  }
}

/** Winner up, loser down, whatever words they are compared with. */
function decide(
  clause: Clause,
  cue: Cue,
  winners: readonly number[],
  losers: readonly number[],
  weight = 1,
): void {
  if (winners.every((t) => t < 0) && losers.every((t) => t < 0)) return;
  // The word of the frame (差得远) evaluates by its frame alone.
  for (const other of clause.judgements) {
    if (other.start < cue.end && other.end > cue.start) other.shares = [];
  }
  const judgement = judge(clause, 'eval', FRAME * weight, 'comparison', cue);
  judgement.shares = [
    ...winners.map((topic) => ({ topic, factor: 1, rule: 'comparison:win' })),
    ...losers
      .filter((topic) => !winners.includes(topic))
      .map((topic) => ({ topic, factor: -1, rule: 'comparison:lose' })),
  ];
}

/** What is said in the frame holds for one side and its opposite for the other. */
function oppose(
  judgements: readonly Judgement[],
  side: readonly number[],
  measure: readonly number[],
): void {
  for (const judgement of judgements) {
    if (judgement.shares !== undefined) continue;
    judgement.shares = [
      ...side.map((topic) => ({ topic, factor: 1 })),
      ...measure.map((topic) => ({ topic, factor: -1, rule: 'comparison:standard' })),
    ];
  }
}

const LINK = /^[\s、和跟与及&+或以还有vs]*$/;

/** The last mention before the frame, with what is joined to it by 和 or 、. */
function nearest(mentions: readonly Mention[], text: string): Mention[] {
  let from = mentions.length - 1;
  while (from > 0 && LINK.test(text.slice(mentions[from - 1]?.end, mentions[from]?.start))) from--;
  return mentions.slice(Math.max(0, from));
}

function leading(mentions: readonly Mention[], text: string): Mention[] {
  let to = 1;
  while (to < mentions.length && LINK.test(text.slice(mentions[to - 1]?.end, mentions[to]?.start)))
    to++;
  return mentions.slice(0, to);
}

/** Start of the agent after 被, or -1: A被B吊打. */
function passive(text: string, clause: Clause, cue: Cue): number {
  const at = Math.max(
    text.lastIndexOf('被', cue.start),
    text.lastIndexOf('遭', cue.start),
    text.lastIndexOf('让', cue.start),
  );
  return at >= clause.start &&
    at < cue.start &&
    !clause.mentions.some((m) => at >= m.start && at < m.end)
    ? at
    : -1;
}

/** Start of the object after 把 or 将, or -1: A把B吊打了. */
function preposed(text: string, clause: Clause, cue: Cue): number {
  const at = Math.max(
    text.lastIndexOf('把', cue.start),
    text.lastIndexOf('将', cue.start),
    text.lastIndexOf('甩', cue.start - 1),
  );
  return at >= clause.start && at < cue.start ? at : -1;
}

/** B in 跟B比, 和B相比. */
function withMeasure(text: string, before: readonly Mention[], cue: Cue): Mention | undefined {
  const last = before.at(-1);
  if (last === undefined || cue.start - last.end > 2) return undefined;
  return /[跟和与同]\s?$/.test(text.slice(Math.max(0, last.start - 2), last.start))
    ? last
    : undefined;
}

/** Judgements behind the frame in its clause, or, where there are none, in the next clause. */
function following(reading: Reading, clause: Clause, from: number): Judgement[] {
  const own = clause.judgements.filter((judgement) => judgement.start >= from);
  if (own.length > 0) return own;
  const next = reading.clauses[clause.index + 1];
  return next !== undefined && next.sentence <= clause.sentence + 1 ? next.judgements : [];
}

function pairBefore(reading: Reading, clause: Clause): number[] {
  return earlierTopics(reading, clause).slice(-2);
}

function earlierTopics(reading: Reading, clause: Clause): number[] {
  const found = reading.clauses
    .filter((other) => other.index <= clause.index && other.sentence >= clause.sentence - 1)
    .flatMap((other) => topicsOf(other.mentions));
  return [...new Set(found)];
}

function laterTopics(reading: Reading, clause: Clause, except: readonly number[]): number[] {
  const found = reading.clauses
    .filter((other) => other.index >= clause.index && other.sentence === clause.sentence)
    .flatMap((other) => topicsOf(other.mentions));
  return [...new Set(found)].filter((topic) => !except.includes(topic));
}
