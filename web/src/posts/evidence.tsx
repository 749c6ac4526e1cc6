import type { PostView } from '#shared/wire/api.ts';
import { formatMood } from '../i18n/format.ts';
import { t, tw } from '../i18n/i18n.ts';
import type { Word } from '../i18n/words.ts';
import type { Mark } from '../ui/cut-text.ts';
import { words } from './words.ts';

export type MentionView = PostView['mentions'][number];
type Evidence = MentionView['evidence'][number];

/** Effects below this (on −1…1) would colour half the text and explain nothing. */
const LEAST_EFFECT = 0.03;

/** Spans that made the score, coloured by the way they pull. */
export function marksOf(evidence: readonly Evidence[]): Mark[] {
  return evidence
    .filter((item) => item.end > item.start && Math.abs(item.effect) >= LEAST_EFFECT)
    .map(({ start, end, effect, rule }) => ({
      start,
      end,
      tone: effect > 0 ? ('positive' as const) : ('negative' as const),
      title: `${ruleWord(rule)} ${points(effect)}`,
      // The model's tone spans whole clauses: underlined only, or everything would be painted.
      ...(rule === 'prior' || rule === 'context' ? { soft: true } : {}),
    }));
}

/** Words, reasons and effects in points of the score ×100; they add up to it. */
export function EvidenceTable(props: { evidence: readonly Evidence[]; score: number }) {
  if (props.evidence.length === 0) return <p class="muted">{t(words.evidenceNone)}</p>;
  const sum = props.evidence.reduce((total, item) => total + item.effect, 0);
  // Effects are stored in thousandths: their sum may miss the score by a rounding, a correction by far more.
  const shown = Math.abs(sum - props.score) < 0.02 ? props.score : sum;
  return (
    <table class="table table-dense table-plain posts-evidence">
      <caption class="sr-only">{t(words.evidence)}</caption>
      <thead>
        <tr>
          <th scope="col">{t(words.evidenceText)}</th>
          <th scope="col">{t(words.evidenceRule)}</th>
          <th scope="col" class="numeric">
            {t(words.evidenceEffect)}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.evidence.map((item, index) => (
          <tr key={index}>
            <td>
              {item.text === '' ? (
                <span class="muted">{t(words.evidenceWhole)}</span>
              ) : (
                <bdi>{item.text}</bdi>
              )}
            </td>
            <td>{ruleWord(item.rule)}</td>
            <td class="numeric">{points(item.effect)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            {t(words.evidenceSum)}
          </th>
          <td class="numeric">{points(shown)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function points(effect: number): string {
  return formatMood(effect * 100);
}

const FAMILIES: Readonly<Record<string, Word>> = {
  prior: words.rulePrior,
  lexicon: words.ruleLexicon,
  negation: words.ruleNegation,
  degree: words.ruleDegree,
  comparison: words.ruleComparison,
  irony: words.ruleIrony,
  question: words.ruleQuestion,
  rhetorical: words.ruleQuestion,
  contrast: words.ruleContrast,
  adversative: words.ruleContrast,
  rest: words.ruleRest,
  news: words.ruleNews,
  fact: words.ruleFact,
  cheer: words.ruleCheer,
  time: words.ruleTime,
  defence: words.ruleDefence,
  pattern: words.rulePattern,
  reported: words.ruleQuote,
  quote: words.ruleQuote,
  report: words.ruleQuote,
  emoticon: words.ruleEmoticon,
  emoji: words.ruleEmoticon,
  slang: words.ruleSlang,
  wish: words.ruleWish,
  scope: words.ruleScope,
  context: words.ruleContext,
  whole: words.ruleWhole,
  weighing: words.ruleWeighing,
  'topic-model': words.ruleTopicModel,
  'second-opinion': words.ruleSecondOpinion,
  correction: words.ruleCorrection,
};

/** `comparison:win` → 比较; a rule we have no word for shows its own name. */
function ruleWord(rule: string): string {
  const word = FAMILIES[rule.split(':')[0] ?? ''];
  return word === undefined ? rule : tw(word);
}
