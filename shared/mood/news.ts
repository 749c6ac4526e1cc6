import { KIND_BIT, roleOf, type LexiconEntry } from './lexicon.ts';
import { scale, type Clause, type Reading } from './reading.ts';

/** What news style leaves of evaluating words. */
const STATED = 0.08;
/** Events alone are facts unless somebody complains or cheers. */
const FACT = 0.3;
const SIGNS_NEEDED = 2;
const FEELING = /[!啊呀哈呜~]|又|老是|天天|真的|太|我/;
/** Kinds of cues that tell news from a person speaking. */
const TELLING = KIND_BIT.news | KIND_BIT['own-view'] | KIND_BIT.emoticon | KIND_BIT.degree;
/** One of these ends whatever {@link DATED} finds. */
const DATED_BY = ['日', '年', '%'];
/** 新华社: …; the longest is {@link SOURCE_LENGTH}. */
const SOURCE = /^[^,。!?]{2,12}:/;
const SOURCE_LENGTH = 12;
const DATED = /\d{1,2}月\d{1,2}日|\d{4}年|\d+(?:\.\d+)?%/;

/**
 * News style states facts: 受此影响英伟达收跌17% → 0. A post counts as news with several signs of it (截至, 宣布, figures, dates)
 * and none of a person speaking. Outside news an event counts as a complaint only with some feeling: 又崩了！
 */
export function readNews(reading: Reading): void {
  const { text, clauses } = reading;
  const first = clauses[0];
  const last = clauses.at(-1);
  if (first === undefined || last === undefined) return;
  let signs = 0;
  if (
    DATED_BY.some((sign) => text.includes(sign)) &&
    DATED.test(text.slice(first.start, last.end + 1))
  )
    signs++;
  const colon = text.indexOf(':', first.start);
  if (
    text.charAt(first.start) === '【' ||
    (colon !== -1 &&
      colon <= first.start + SOURCE_LENGTH &&
      SOURCE.test(text.slice(first.start, colon + 1)))
  )
    signs++;
  let personal = 0;
  for (const clause of clauses) {
    if ((clause.bits & TELLING) === 0) continue;
    for (const cue of clause.cues) {
      if ((cue.entry.bits & TELLING) === 0) continue;
      if (roleOf(cue, 'news') !== undefined) signs++;
      if (roleOf(cue, 'own-view') !== undefined || cue.entry.kind === 'emoticon') personal += 1.5;
      if (isStrong(roleOf(cue, 'degree'))) personal += 0.3;
    }
  }
  if (signs >= SIGNS_NEEDED && FEELING.test(text.slice(first.start, last.end + 1))) personal += 0.5;
  const isNews = signs >= SIGNS_NEEDED && signs > personal * 2;
  for (const clause of clauses) {
    for (const judgement of clause.judgements) {
      if (isNews && judgement.kind !== 'emoticon') scale(judgement, STATED, 'news', clause);
      else if (judgement.kind === 'event') {
        if (clause.hashtag) scale(judgement, 0, 'hashtag', clause);
        else if (!complains(text, clause)) scale(judgement, FACT, 'fact', clause);
      }
    }
  }
}

function complains(text: string, clause: Clause): boolean {
  return (
    clause.mark === '!' ||
    FEELING.test(text.slice(clause.start, clause.end)) ||
    /又|还是|老|总|天天|动不动|第.次|次次|经常|三天两头|十次|一直|还|怎么|半天|居然/.test(
      text.slice(clause.start, clause.end),
    )
  );
}

function isStrong(role: LexiconEntry | undefined): boolean {
  return role !== undefined && !role.tags.has('after') && !role.tags.has('mild');
}
