import { KIND_BIT, roleOf, type Cue } from './lexicon.ts';
import {
  OTHER,
  sortByStart,
  topicsOf,
  type Clause,
  type Judgement,
  type Mention,
  type Reading,
  type Share,
} from './reading.ts';

/** How much of a judgement reaches a topic that its clause does not name. */
const REACH = {
  /** In the same sentence, or the next ones, with no other subject between. */
  evalSame: 1,
  evalNext: 0.9,
  emoSame: 0.45,
  emoNext: 0.35,
  /** The topic stands in the quoted post only: 笑死//@… laughs at the post. */
  emoGiven: 0.2,
  /** The topic was only the place or tool: 在海底捞遇到前男友，心如刀割. */
  emoCircumstance: 0.1,
  evalCircumstance: 0.5,
  /** Another subject took over: 今天下雨，烦死了. */
  evalShifted: 0.3,
  evalAway: 0.1,
  emoShifted: 0.05,
  /** Before the topic is named: 太好用了，豆包. */
  evalAhead: 0.7,
  /** … but not with words before the evaluation, its own subject: 停车场收费太离谱，去海底捞. */
  evalAheadOther: 0.1,
  emoAhead: 0.1,
} as const;

const LINK = /^[\s、,和跟与及&+或以还有vs/#]*$/;
/** The topic as place, tool or occasion of something else. */
const CIRCUMSTANCE =
  /^(?:今天|今晚|昨天|昨晚|刚|刚刚|晚上|早上|下午|和.{1,3}|一边)?(?:在|用|去|到|坐|刷|打开|端着|看|看完|看了|开着|让|跟|约了人在|手滑|蹭|拿着|路过|从)$/;
/** Longer than anything that it matches, with some white space around. */
const CIRCUMSTANCE_LENGTH = 16;
const PLACE_AFTER =
  /^(?:门口|楼下|旁边|窗外|店里|群里|网约车|的时候|时候|概念|刷到|财报日|里|排队|大厦|抢到|没人|的票|的文章|的新闻|的帖子|的视频|的博主|的段子)/;
/** What {@link PLACE_AFTER} may begin with. */
const PLACE_BEGINS = '门楼旁窗店群网的时概刷财里排大抢没';

interface Focus {
  topics: number[];
  sentence: number;
  shifted: boolean;
  circumstance: boolean;
}

/**
 * Who is meant: every judgement goes to the topics its words speak of.
 *
 *     DeepSeek好用，文心一言不行 → by clause        A不行B行 → the name before the word
 *     下载了Kimi，它很慢 → pronoun carries on       今天下雨，烦死了 → another subject, nobody's
 */
export function assignScope(reading: Reading): void {
  const { text, clauses } = reading;
  let focus: Focus = { topics: reading.given, sentence: -1, shifted: false, circumstance: false };
  const seen: number[] = [...reading.given];
  for (const clause of clauses) {
    const groups = groupMentions(text, withPronouns(clause, focus, seen));
    const subject = subjectOf(text, clause);
    if (groups.length === 0 && subject !== undefined && !hasOnlyMarks(clause)) {
      focus = { ...focus, shifted: true };
    }
    // 我觉得…: the writer is back at the matter.
    if ((clause.bits & KIND_BIT['own-view']) !== 0) {
      focus = { ...focus, shifted: false, circumstance: false };
    }
    const aside = groups.length > 0 && isAside(text, clause, groups, subject);
    for (const judgement of clause.judgements) {
      judgement.shares ??=
        groups.length > 0
          ? inClause(text, judgement, groups, aside)
          : carried(
              clause,
              judgement,
              focus,
              focus.topics.length > 0 ? [] : ahead(clauses, clause),
            );
    }
    for (const group of groups)
      for (const { topic } of group) if (!seen.includes(topic)) seen.push(topic);
    const last = groups.at(-1);
    if (last !== undefined) {
      const spoken = comparedFirst(clause) ? (groups[0] ?? last) : last;
      focus = {
        topics: topicsOf(spoken),
        sentence: clause.sentence,
        shifted: subject !== undefined && aside,
        circumstance: aside,
      };
    }
  }
}

/** Somebody or something else that opens the clause: 老板, 今天, 排队. */
function subjectOf(text: string, clause: Clause): Cue | undefined {
  if ((clause.bits & KIND_BIT.subject) === 0) return undefined;
  const within = text.charAt(clause.start) === '被' ? 6 : 3;
  return clause.cues.find(
    (cue) => roleOf(cue, 'subject') !== undefined && cue.start - clause.start <= within,
  );
}

/** It judges by emoticons alone. */
function hasOnlyMarks({ judgements }: Clause): boolean {
  return judgements.length > 0 && judgements.every(({ kind }) => kind === 'emoticon');
}

/** The clause names the topic only as place, tool or somebody else's thing: 在海底捞…, 邻居买了特斯拉. */
function isAside(
  text: string,
  clause: Clause,
  groups: readonly Mention[][],
  subject: { end: number } | undefined,
): boolean {
  const first = groups[0]?.[0];
  const last = groups.at(-1)?.at(-1);
  if (first === undefined || last === undefined) return false;
  if (subject !== undefined && subject.end <= first.start) return true;
  const lead = first.start - clause.start;
  if (
    lead > 0 &&
    lead <= CIRCUMSTANCE_LENGTH &&
    CIRCUMSTANCE.test(text.slice(clause.start, first.start).trim())
  )
    return true;
  return (
    PLACE_BEGINS.includes(text.charAt(last.end)) &&
    PLACE_AFTER.test(text.slice(last.end, last.end + 4))
  );
}

/** After a comparison the text goes on about its first side. */
function comparedFirst(clause: Clause): boolean {
  return (
    (clause.bits & KIND_BIT.compare) !== 0 &&
    clause.cues.some((cue) => roleOf(cue, 'compare') !== undefined)
  );
}

/** Mentions joined by 和, 、 and the like are spoken of together. */
function groupMentions(text: string, mentions: readonly Mention[]): Mention[][] {
  const [only] = mentions;
  if (only === undefined) return [];
  if (mentions.length === 1) return [[only]];
  const groups: Mention[][] = [];
  for (const mention of mentions) {
    const group = groups.at(-1);
    const previous = group?.at(-1);
    if (
      group !== undefined &&
      previous !== undefined &&
      LINK.test(text.slice(previous.end, mention.start))
    )
      group.push(mention);
    else groups.push([mention]);
  }
  return groups;
}

/** Adds pronouns as mentions of what they stand for. */
function withPronouns(clause: Clause, focus: Focus, seen: readonly number[]): readonly Mention[] {
  if ((clause.bits & KIND_BIT.pronoun) === 0) return clause.mentions;
  const mentions = [...clause.mentions];
  for (const cue of clause.cues) {
    const role = roleOf(cue, 'pronoun');
    if (role === undefined) continue;
    const real = seen.filter((topic) => topic !== OTHER);
    const stands = role.tags.has('plural')
      ? real
      : role.tags.has('former')
        ? seen.slice(0, 1)
        : role.tags.has('latter')
          ? seen.slice(1, 2)
          : role.tags.has('person') && focus.shifted
            ? []
            : clause.mentions.some((m) => m.end <= cue.start)
              ? []
              : focus.topics.filter((topic) => topic !== OTHER).length > 0
                ? focus.topics
                : real.slice(-1);
    for (const topic of stands) mentions.push({ topic, start: cue.start, end: cue.end, sense: 0 });
  }
  sortByStart(mentions);
  return mentions;
}

/** Longest gap that joins an attribute to its name: 了的还得是. */
const ATTRIBUTIVE = 6;
const ATTRIBUTED = /^(?:了)?的(?:还是|就是|是|还得是|只有)?\s?$/;
/** Longest gap between a verb and its object. */
const OBJECT_GAP = 8;

function inClause(
  text: string,
  judgement: Judgement,
  groups: readonly Mention[][],
  aside: boolean,
): Share[] {
  const { start, end, kind } = judgement;
  let before: Mention[] | undefined;
  let after: Mention[] | undefined;
  for (const group of groups) {
    if ((group.at(-1)?.end ?? 0) <= start) before = group;
    if (after === undefined && (group[0]?.start ?? 0) >= end) after = group;
  }
  const gap = after === undefined ? Infinity : after[0]!.start - end;
  const chosen =
    (gap <= OBJECT_GAP && judgement.object) ||
    (gap <= ATTRIBUTIVE && ATTRIBUTED.test(text.slice(end, end + gap)))
      ? after
      : (before ?? after);
  if (chosen === undefined) return [];
  const weight = kind === 'emo' ? (aside ? 0.1 : chosen === before ? 0.6 : 0.3) : 1;
  return shares(topicsOf(chosen), weight);
}

function carried(clause: Clause, judgement: Judgement, focus: Focus, next: number[]): Share[] {
  const feeling = judgement.kind === 'emo';
  if (focus.topics.length === 0) {
    const opens = clause.hashtag || opensClause(clause, judgement);
    return shares(next, feeling ? REACH.emoAhead : opens ? REACH.evalAhead : REACH.evalAheadOther);
  }
  const same = focus.sentence === clause.sentence;
  const weight = focus.shifted
    ? feeling
      ? REACH.emoShifted
      : focus.circumstance
        ? REACH.evalAway
        : REACH.evalShifted
    : feeling
      ? focus.circumstance
        ? REACH.emoCircumstance
        : same
          ? REACH.emoSame
          : focus.sentence === -1
            ? REACH.emoGiven
            : REACH.emoNext
      : focus.circumstance
        ? REACH.evalCircumstance
        : same
          ? REACH.evalSame
          : REACH.evalNext;
  return shares(focus.topics, weight);
}

/** Nothing that could be its own subject stands before the evaluation: 真的太好用了; not 座椅太硬. */
function opensClause(clause: Clause, judgement: Judgement): boolean {
  let at = clause.start;
  for (const cue of clause.cues) {
    if (at >= judgement.start || cue.start > at + 1 || cue.entry.kind === 'subject') break;
    at = cue.end;
  }
  return at >= judgement.start;
}

/** First topics named after a clause, within this sentence or the next. */
function ahead(clauses: readonly Clause[], clause: Clause): number[] {
  for (const other of clauses) {
    if (other.index <= clause.index || other.sentence > clause.sentence + 2) continue;
    if (other.mentions.length > 0) return [other.mentions[0]?.topic ?? OTHER];
  }
  return [];
}

function shares(topics: readonly number[], factor: number): Share[] {
  const [only] = topics;
  if (topics.length === 1 && only !== undefined && only !== OTHER) return [{ topic: only, factor }];
  return topics.filter((topic) => topic !== OTHER).map((topic) => ({ topic, factor }));
}
