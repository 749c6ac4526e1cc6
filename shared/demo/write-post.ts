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
import { dayTime } from './story.ts';
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

const LAUNCH_AT = dayTime('20T20:40');
const compile = grammarOf(VOCABULARY);
const compiled = new Map<Family, readonly Pattern[]>();

/** One post of a storyline at an instant, dressed in the manner of its mood. */
export function writePost(line: Storyline, instant: number, random: Random): Written {
  const family = familyAt(line, instant, random);
  const core = pick(random, patternsOf(family))(random);
  const text = line.isNews === true ? core : dressed(core, family, line, random);
  // Until the evening of the 20th there is no R1: those who praise DeepSeek before mean the model of December.
  const dated = instant < LAUNCH_AT ? text.replaceAll('DeepSeek R1', 'DeepSeek V3') : text;
  return { text: dated, expect: family.expect };
}

/** What somebody writes who passes a post on: nothing, a grunt, or a sentence of the same storyline. */
export function writeComment(line: Storyline, instant: number, random: Random): Written {
  const isAboutTopics = line.families.some((family) => Object.keys(family.expect).length > 0);
  const kind = isAboutTopics ? random() : random() * 0.5;
  if (kind < 0.3) return { text: pick(random, BARE_REPOSTS), expect: {} };
  if (kind < 0.5) return { text: pick(random, REACTIONS), expect: {} };
  return writePost(line, instant, random);
}

const copied = COPIED_TEXT.patterns.map(compile);

export function writeCopy(random: Random): Written {
  return { text: pick(random, copied)(random), expect: COPIED_TEXT.expect };
}

/** A kind of sentence in proportion to its weight, among those that can be said at this instant. */
function familyAt(line: Storyline, instant: number, random: Random): Family {
  const weights = line.families.map((each) => (isSaidAt(each, instant) ? (each.weight ?? 1) : 0));
  const family = line.families[weightedIndex(random, weights)];
  if (!family) throw new Error(`The storyline ${line.name} has no sentences`);
  return family;
}

function isSaidAt(family: Family, instant: number): boolean {
  if (family.from !== undefined && instant < dayTime(family.from)) return false;
  return family.until === undefined || instant < dayTime(family.until);
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
  const opening = random() < shares.opening ? pick(random, manner.openings) : '';
  let text = suits(opening, core, family) ? opening + core : core;
  // Many people on Weibo put a space where the book puts a comma.
  if (random() < 0.22) text = text.replaceAll('，', ' ');
  text += ending(text, family, line, random);
  if (random() < shares.emoticon) text += pick(random, manner.emoticons);
  const tags = family.tags ?? line.tags ?? [];
  if (tags.length > 0 && random() < 0.22) {
    const tag = `#${pick(random, tags)}#`;
    text = random() < 0.55 ? `${tag}${random() < 0.5 ? ' ' : ''}${text}` : `${text} ${tag}`;
  }
  return text;
}

/** Long sentences need no run-up; a question is only announced before a question; no word comes twice. */
function suits(opening: string, core: string, family: Family): boolean {
  if (core.length > 60 || SELF_OPENED.test(core)) return false;
  return family.mood === 'plain' ? core.includes('？') : !core.startsWith(opening.slice(0, 2));
}

const SELF_OPENED =
  /^(?:说|不吹|刚|讲|客观|话说|所以|弱弱|谁懂|家人们|问|请教|求|本文科|【|respect)/i;

function ending(text: string, family: Family, line: Storyline, random: Random): string {
  if (/[。！？～…）]$/.test(text)) return '';
  const manner = MANNERS[family.mood];
  const tails =
    family.mood === 'warm' ? [...manner.tails, ...(line.warmTails ?? [])] : manner.tails;
  const end = pick(random, manner.ends);
  const tail = random() < manner.shares.tail ? pick(random, tails) : '';
  return tail === '' || text.includes(tail.slice(0, 2)) ? end : `，${tail}${end}`;
}
