import { spaceChinese } from './clean-text.ts';
import { formatClock, formatCount, formatDateTime, formatDecimal, formatShare } from './format.ts';
import type { Bilingual, ReportSpike } from './report.ts';

/** From this share of the excess on, one text is the story. */
const ONE_TEXT = 0.5;

/** One spike in words, from its numbers alone: when, how much, about what, by whom, and how the mood went. */
export function explainSpike(spike: Omit<ReportSpike, 'explanation'>, zone: string): Bilingual {
  return {
    zh: spaceChinese(`${whatZh(spike, zone)}${wordsZh(spike)}${whoZh(spike)}${moodZh(spike)}`),
    en: `${whatEn(spike, zone)}${wordsEn(spike)}${whoEn(spike)}${moodEn(spike)}`,
  };
}

type Numbers = Omit<ReportSpike, 'explanation'>;

function whatZh(spike: Numbers, zone: string): string {
  const end = spike.endsAt === null ? '起，仍在持续' : `至 ${formatClock(spike.endsAt, zone)}`;
  const when = `${formatDateTime(spike.startsAt, zone)} ${end}`;
  if (spike.measure === 'mood') {
    const verb = spike.direction === 'down' ? '转负' : '转好';
    return `${when}，${spike.topic.name}情绪${verb}：指数 ${formatDecimal(spike.observed, 1, true)}，预期 ${formatDecimal(spike.expected, 1, true)}（惊异度 S ${formatDecimal(spike.surprise, 1)}）。`;
  }
  return `${when}，${spike.topic.name}在 ${spike.windowMinutes} 分钟内 ${formatCount(spike.observed)} 条，为预期 ${formatDecimal(spike.expected, 1)} 条的 ${formatDecimal(spike.size, 1)} 倍（惊异度 S ${formatDecimal(spike.surprise, 1)}）。`;
}

function whatEn(spike: Numbers, zone: string): string {
  const end = spike.endsAt === null ? 'and still going' : `to ${formatClock(spike.endsAt, zone)}`;
  const when = `${formatDateTime(spike.startsAt, zone)} ${end}: `;
  if (spike.measure === 'mood') {
    const verb = spike.direction === 'down' ? 'turned negative' : 'turned positive';
    return `${when}the mood toward ${spike.topic.name} ${verb}: index ${formatDecimal(spike.observed, 1, true)} where ${formatDecimal(spike.expected, 1, true)} was expected (surprise S ${formatDecimal(spike.surprise, 1)}).`;
  }
  return `${when}${formatCount(spike.observed)} mentions of ${spike.topic.name} in ${spike.windowMinutes} min, ${formatDecimal(spike.size, 1)} times the expected ${formatDecimal(spike.expected, 1)} (surprise S ${formatDecimal(spike.surprise, 1)}).`;
}

function wordsZh(spike: Numbers): string {
  if (spike.words.length === 0) return '';
  return `突出的词：${spike.words
    .slice(0, 3)
    .map((word) => `${word.word}（${formatCount(word.authors)} 位作者）`)
    .join('、')}。`;
}

function wordsEn(spike: Numbers): string {
  if (spike.words.length === 0) return '';
  return ` Words that stand out: ${spike.words
    .slice(0, 3)
    .map((word) => `${word.word} (${formatCount(word.authors)} authors)`)
    .join(', ')}.`;
}

function whoZh(spike: Numbers): string {
  const people = `${formatCount(spike.posts)} 条来自 ${formatCount(spike.authors)} 位作者`;
  if (spike.concentration < ONE_TEXT) return `${people}。`;
  return `${people}，其中超出部分的 ${formatShare(spike.concentration)} 是同一文本的转发或复制。`;
}

function whoEn(spike: Numbers): string {
  const people = ` ${formatCount(spike.posts)} posts by ${formatCount(spike.authors)} authors`;
  if (spike.concentration < ONE_TEXT) return `${people}.`;
  return `${people}; ${formatShare(spike.concentration)} of the excess is one text forwarded or copied.`;
}

/** Says "rose" or "fell" only where the two intervals do not touch. */
function moodZh({ negativeBefore: was, negativeDuring: is }: Numbers): string {
  if (was.n === 0 || is.n === 0) return '';
  const verb = is.low > was.high ? '上升到' : is.high < was.low ? '下降到' : '大致持平，为';
  return `负面占比由 ${formatShare(was.share)} ${verb} ${formatShare(is.share)}。`;
}

function moodEn({ negativeBefore: was, negativeDuring: is }: Numbers): string {
  if (was.n === 0 || is.n === 0) return '';
  const verb = is.low > was.high ? 'rose' : is.high < was.low ? 'fell' : 'stayed about level,';
  return ` The negative share ${verb} from ${formatShare(was.share)} to ${formatShare(is.share)}.`;
}
