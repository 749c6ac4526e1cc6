import { createRequire } from 'node:module';

/** The part of natural's analyser that we read: AFINN's words with -5..5. Its own index would load every stemmer. */
interface Analyser {
  vocabulary: Record<string, number>;
}
type AnalyserClass = new (language: string, stemmer: undefined, type: string) => Analyser;

const ANALYSER = 'natural/lib/natural/sentiment/SentimentAnalyzer.js';

/** AFINN reaches from -5 to 5, our strength from -3 to 3. */
const STRENGTH = 0.6;
/** Weaker words (share, reach, clear) say little among Chinese. */
const LEAST = 2;
const SHORTEST = 4;

/** Names of products and words of the trade that AFINN takes for feelings. */
const NAMES = new Set(
  (
    'block blocks blocking alert alerts banned ban bans cut cuts drop drops dropped escape fire firing free freedom ' +
    'gain gains growth hack hacked heaven help join kill killed killing lost miracle mining paradise pray prison ' +
    'profit profits rainbow reward rewards share shared solution solutions solve solved spirit spark strike super ' +
    'support supported supports supporting trust united virus war warfare warning warnings win wins winner winning ' +
    'attack attacks arrest arrested crisis dead deal debt risk risks stop stopped'
  ).split(' '),
);

/** English words in Chinese posts, as one more lexicon table: `brilliant eval 2.4`. */
export function afinnTable(): { name: string; text: string } {
  const load = createRequire(import.meta.url);
  const Analyser = load(ANALYSER) as AnalyserClass;
  const { vocabulary } = new Analyser('English', undefined, 'afinn');
  const rows = Object.entries(vocabulary)
    .filter(
      ([word, value]) =>
        /^[a-z]+$/.test(word) &&
        word.length >= SHORTEST &&
        Math.abs(value) >= LEAST &&
        !NAMES.has(word),
    )
    .map(([word, value]) => `${word}\teval\t${(value * STRENGTH).toFixed(1)}`);
  return { name: 'afinn', text: rows.join('\n') };
}
