import type { MoodLabel } from '../mood/mood.ts';
import { grammarOf, type Pattern } from './grammar.ts';
import { COPIED_TEXT, BAZI, OVERLOAD, PRIVACY } from './phrases/deepseek-trouble.ts';
import { LAUNCH, PRIDE, USAGE } from './phrases/deepseek-praise.ts';
import { CHIP_BAN, NVIDIA } from './phrases/chips.ts';
import { EVERYDAY, NEW_YEAR } from './phrases/everyday.ts';
import { NEWS } from './phrases/news.ts';
import { FOUNDER, HEROES } from './phrases/people.ts';
import { CHATGPT, COMPARISON, DOUBAO, ERNIE, KIMI, QWEN } from './phrases/rivals.ts';
import type { Family, Storyline } from './phrases/storyline.ts';
import { BARE_REPOSTS, MANNERS, REACTIONS } from './phrases/style.ts';
import { VOCABULARY } from './phrases/vocabulary.ts';
import { pick, weightedIndex, type Random } from './random.ts';

export const STORYLINES: readonly Storyline[] = [
  LAUNCH,
  USAGE,
  PRIDE,
  OVERLOAD,
  BAZI,
  PRIVACY,
  COMPARISON,
  ERNIE,
  DOUBAO,
  KIMI,
  QWEN,
  CHATGPT,
  NVIDIA,
  CHIP_BAN,
  FOUNDER,
  HEROES,
  NEWS,
  EVERYDAY,
  NEW_YEAR,
];

/** A text with the mood it is meant to have toward each topic it names. */
export interface Written {
  text: string;
  expect: Readonly<Record<string, MoodLabel>>;
}

const compile = grammarOf(VOCABULARY);
const compiled = new Map<Family, readonly Pattern[]>();

/** One post of a storyline, dressed in the manner of its mood. */
export function writePost(line: Storyline, random: Random): Written {
  const family = familyOf(line, random);
  const core = pick(random, patternsOf(family))(random);
  const text = line.isNews === true ? core : dressed(core, family, line, random);
  return { text, expect: family.expect };
}

/** What somebody writes who passes a post on: nothing, a grunt, or a sentence of the same storyline. */
export function writeComment(line: Storyline, random: Random): Written {
  const kind = random();
  if (kind < 0.3) return { text: pick(random, BARE_REPOSTS), expect: {} };
  if (kind < 0.5) return { text: pick(random, REACTIONS), expect: {} };
  return writePost(line, random);
}

const copied = COPIED_TEXT.patterns.map(compile);

export function writeCopy(random: Random): Written {
  return { text: pick(random, copied)(random), expect: COPIED_TEXT.expect };
}

function familyOf(line: Storyline, random: Random): Family {
  const family = line.families[weightedIndex(random, weightsOf(line))];
  if (!family) throw new Error(`The storyline ${line.name} has no sentences`);
  return family;
}

const weights = new Map<Storyline, readonly number[]>();

function weightsOf(line: Storyline): readonly number[] {
  const known = weights.get(line);
  if (known) return known;
  const fresh = line.families.map((family) => family.weight ?? 1);
  weights.set(line, fresh);
  return fresh;
}

function patternsOf(family: Family): readonly Pattern[] {
  const known = compiled.get(family);
  if (known) return known;
  const fresh = family.patterns.map(compile);
  compiled.set(family, fresh);
  return fresh;
}

function dressed(core: string, family: Family, line: Storyline, random: Random): string {
  const manner = MANNERS[family.mood];
  const { shares } = manner;
  let text =
    random() < shares.opening && core.length < 60 ? pick(random, manner.openings) + core : core;
  // Many people on Weibo put a space where the book puts a comma.
  if (random() < 0.22) text = text.replaceAll('，', ' ');
  if (/[。！？～…）\]]$/.test(text)) text += '';
  else if (random() < shares.tail)
    text += `，${pick(random, manner.tails)}${pick(random, manner.ends)}`;
  else text += pick(random, manner.ends);
  if (random() < shares.emoticon) text += pick(random, manner.emoticons);
  const tags = line.tags ?? [];
  if (tags.length > 0 && random() < 0.22) {
    const tag = `#${pick(random, tags)}#`;
    text = random() < 0.55 ? `${tag}${random() < 0.5 ? ' ' : ''}${text}` : `${text} ${tag}`;
  }
  return text;
}
