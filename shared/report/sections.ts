import type { SpikeExplanation } from '../alert/spike.ts';
import { MOOD_LABELS, type MoodLabel } from '../mood/mood.ts';
import { MINUTE_MS } from '../series/bucket.ts';
import { wilson } from '../series/mood-index.ts';
import { type RisingWord, type WordCounts, risingWords } from '../series/words.ts';
import { cleanText, safeUrl } from './clean-text.ts';
import { round } from './format.ts';
import { DIGITS, moodOf, relativeChange } from './kpis.ts';
import type { GroupFacts, PostFacts, ReportData, WordFacts } from './report-data.ts';
import type { Report, ReportPost, TopicRef } from './report.ts';
import { explainSpike } from './spike-sentence.ts';

const TOP_POSTS = 5;
const TOP_WORDS = 10;
/** χ² with one degree of freedom at p = 0.0001: thousands of words are looked at, a weaker bound lists chance. */
const LEAST_G2 = 15.1;
const TOP_AUTHORS = 10;
const TOP_GROUPS = 12;
const SPIKE_ROOTS = 3;
const SPIKE_WORDS = 8;

export function buildSpikes(data: ReportData): Report['spikes'] {
  return [...data.spikes]
    .sort((a, b) => a.spike.startsAt - b.spike.startsAt || compareText(a.spike.id, b.spike.id))
    .map((explained) => {
      const { spike } = explained;
      const numbers = {
        id: spike.id,
        topic: refOf(data, spike.topic),
        measure: spike.measure,
        direction: spike.direction,
        startsAt: spike.startsAt,
        peakAt: spike.peakAt,
        endsAt: spike.endsAt,
        observed: round(spike.observed, 1),
        expected: round(spike.expected, 1),
        size: round(sizeOf(explained), DIGITS.size),
        surprise: round(spike.surprise, 1),
        windowMinutes: spike.windowMinutes,
        posts: explained.posts,
        authors: explained.authors,
        concentration: round(explained.concentration, DIGITS.share),
        negativeBefore: roundInterval(explained.negativeBefore),
        negativeDuring: roundInterval(explained.negativeDuring),
        words: explained.words.slice(0, SPIKE_WORDS).map(roundWord),
        roots: explained.roots.slice(0, SPIKE_ROOTS).map((root) => ({
          text: cleanText(root.text),
          ref: root.postRef,
          posts: root.posts,
          authors: root.authors,
          share: round(root.share, DIGITS.share),
          firstAt: root.firstAt,
        })),
      };
      return { ...numbers, explanation: explainSpike(numbers, data.query.zone) };
    });
}

function sizeOf({ spike }: SpikeExplanation): number {
  if (spike.measure === 'mood') return spike.observed - spike.expected;
  return spike.observed / Math.max(spike.expected, 0.5);
}

export function buildPosts(data: ReportData): Report['posts'] {
  return { positive: topPosts(data, 'positive'), negative: topPosts(data, 'negative') };
}

/** The most forwarded posts of a label, one per root: the same joke copied a hundred times is one entry. */
function topPosts(data: ReportData, label: MoodLabel): ReportPost[] {
  const byRoot = new Map<string, PostFacts>();
  for (const post of data.topPosts.filter((post) => post.label === label).sort(byEngagement)) {
    const key = `${post.topic} ${post.root}`;
    if (!byRoot.has(key)) byRoot.set(key, post);
  }
  return [...byRoot.values()].slice(0, TOP_POSTS).map((post) => ({
    ref: post.ref,
    topic: refOf(data, post.topic),
    label: post.label,
    score: round(post.score, 2),
    text: cleanText(post.text),
    author: cleanText(post.author, 30),
    source: post.source,
    url: safeUrl(post.url),
    at: post.at,
    engagement: post.engagement,
    copies: post.copies,
  }));
}

function byEngagement(a: PostFacts, b: PostFacts): number {
  return (
    b.engagement - a.engagement || b.copies - a.copies || a.at - b.at || compareText(a.ref, b.ref)
  );
}

export function buildWords(data: ReportData): Report['words'] {
  const now = countsOf(data.words.now);
  const before = countsOf(data.words.before);
  return {
    authors: now.total,
    backgroundAuthors: before.total,
    sampleEvery: data.words.sampleEvery,
    rising: before.total === 0 ? [] : clearWords(now, before).map(roundWord),
    falling:
      now.total === 0
        ? []
        : clearWords(before, now).map((word) =>
            roundWord({
              word: word.word,
              authors: word.backgroundAuthors,
              backgroundAuthors: word.authors,
              ratio: 1 / word.ratio,
              g2: -word.g2,
            }),
          ),
  };
}

function clearWords(now: WordCounts, before: WordCounts): RisingWord[] {
  return risingWords(now, before, TOP_WORDS).filter((word) => word.g2 >= LEAST_G2);
}

function countsOf(facts: WordFacts): WordCounts {
  return { authors: new Map(facts.authors), total: facts.total };
}

function roundWord<
  T extends { word: string; authors: number; backgroundAuthors: number; ratio: number; g2: number },
>(word: T): Report['words']['rising'][number] {
  return {
    word: cleanText(word.word, 30),
    authors: word.authors,
    backgroundAuthors: word.backgroundAuthors,
    ratio: round(word.ratio, DIGITS.ratio),
    g2: round(word.g2, DIGITS.g2),
  };
}

export function buildVoices(data: ReportData): Report['voices'] {
  const { n } = data.all.total;
  const before = data.all.previous?.n ?? 0;
  const groups = (facts: GroupFacts[]) =>
    [...facts]
      .filter((group) => group.n > 0)
      .sort((a, b) => b.n - a.n || compareText(a.name, b.name))
      .slice(0, TOP_GROUPS)
      .map((group) => ({
        name: cleanText(group.name, 30),
        n: group.n,
        share: shareOf(group.n, n) ?? 0,
        shareBefore: shareOf(group.before, before),
        negative: shareOf(group.negative, group.n),
      }));
  return {
    authors: [...data.authors]
      .sort((a, b) => b.n - a.n || compareText(a.name, b.name))
      .slice(0, TOP_AUTHORS)
      .map((author) => ({
        name: cleanText(author.name, 30),
        source: author.source,
        n: author.n,
        share: shareOf(author.n, n) ?? 0,
        negative: shareOf(author.negative, author.n),
        followers: author.followers,
      })),
    sources: groups(data.sources),
    regions: groups(data.regions),
  };
}

export function buildShare(data: ReportData): Report['share'] {
  const all = data.topics.reduce((sum, topic) => sum + topic.total.n, 0);
  return [...data.topics]
    .sort((a, b) => b.total.n - a.total.n || compareText(a.id, b.id))
    .map((topic, index) => {
      const { total, previous } = topic;
      const { mood, low, high } = moodOf(total, topic.prior);
      const was = previous && moodOf(previous, topic.prior).mood;
      return {
        topic: refOf(data, topic.id),
        color: topic.color,
        rank: index + 1,
        n: total.n,
        share: shareOf(total.n, all) ?? 0,
        positive: total.positive,
        neutral: total.neutral,
        negative: total.negative,
        authors: total.authors,
        mood,
        moodLow: low,
        moodHigh: high,
        change: previous && relativeChange(total.n, previous.n),
        moodChange: was === null || mood === null ? null : round(mood - was, DIGITS.index),
      };
    });
}

export function buildAlerts(data: ReportData): Report['alerts'] {
  const rows = [...data.incidents]
    .sort(
      (a, b) =>
        a.incident.startsAt - b.incident.startsAt || compareText(a.incident.id, b.incident.id),
    )
    .map(({ incident, delivered, failed }) => ({
      id: incident.id,
      rule: cleanText(incident.ruleName, 60),
      topic: refOf(data, incident.topic),
      severity: incident.severity,
      state: incident.state,
      startsAt: incident.startsAt,
      resolvedAt: incident.resolvedAt,
      minutes: Math.max(
        0,
        Math.round(((incident.resolvedAt ?? data.generatedAt) - incident.startsAt) / MINUTE_MS),
      ),
      value: round(incident.value, 2),
      threshold: round(incident.threshold, 2),
      acknowledgedBy: incident.acknowledged && cleanText(incident.acknowledged.by, 30),
      delivered,
      failed,
    }));
  return {
    fired: rows.length,
    acknowledged: rows.filter((row) => row.acknowledgedBy !== null).length,
    open: rows.filter((row) => row.resolvedAt === null).length,
    delivered: rows.reduce((sum, row) => sum + row.delivered, 0),
    failed: rows.reduce((sum, row) => sum + row.failed, 0),
    rows,
    notes: [...data.notes]
      .sort((a, b) => a.at - b.at)
      .map((note) => ({
        at: note.at,
        topic: note.topic,
        text: { zh: cleanText(note.zh || note.en), en: cleanText(note.en || note.zh) },
      })),
    outlook: [],
  };
}

export function buildCorrections({
  corrections: { since, reviews },
}: Pick<ReportData, 'corrections'>): Report['corrections'] {
  const count = (keep: (machine: MoodLabel, person: MoodLabel) => boolean) =>
    reviews.reduce((sum, row) => sum + (keep(row.machine, row.person) ? row.n : 0), 0);
  const reviewed = count(() => true);
  const agreed = count((machine, person) => machine === person);
  return {
    since,
    reviewed,
    changed: reviewed - agreed,
    accuracy:
      reviewed === 0
        ? null
        : roundInterval({ share: agreed / reviewed, ...wilson(agreed, reviewed), n: reviewed }),
    labels: [...MOOD_LABELS].reverse().map((label) => {
      const machine = count((said) => said === label);
      const person = count((_, said) => said === label);
      const both = count((a, b) => a === label && b === label);
      return {
        label,
        machine,
        person,
        agreed: both,
        precision: shareOf(both, machine),
        recall: shareOf(both, person),
      };
    }),
    confusion: [...MOOD_LABELS].reverse().flatMap((machine) =>
      [...MOOD_LABELS].reverse().map((person) => ({
        machine,
        person,
        n: count((a, b) => a === machine && b === person),
      })),
    ),
  };
}

export function buildQuality(data: ReportData): Report['quality'] {
  const { quality, all } = data;
  return {
    received: quality.received,
    counted: data.posts,
    unmatched: quality.unmatched,
    duplicates: quality.duplicates,
    rejected: quality.rejected,
    deleted: quality.deleted,
    late: all.total.late,
    lateShare: shareOf(all.total.late, all.total.n),
    latencyP50Ms: quality.latencyP50Ms === null ? null : Math.round(quality.latencyP50Ms),
    latencyP95Ms: quality.latencyP95Ms === null ? null : Math.round(quality.latencyP95Ms),
    sources: [...quality.sources]
      .sort((a, b) => b.n - a.n || compareText(a.name, b.name))
      .map((source) => ({
        name: cleanText(source.name, 40),
        n: source.n,
        lastAt: source.lastAt,
        silentMinutes: Math.round(
          source.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0) / MINUTE_MS,
        ),
        gaps: [...source.gaps].sort((a, b) => a.from - b.from),
      })),
  };
}

/** Reference to a topic by id; its id where the report's topics do not hold it. */
export function refOf(data: ReportData, id: string): TopicRef {
  const found = data.topics.find((topic) => topic.id === id);
  return { id, name: cleanText(found?.name ?? id, 40) };
}

export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : round(part / whole, DIGITS.share);
}

function roundInterval(interval: { share: number; low: number; high: number; n: number }): {
  share: number;
  low: number;
  high: number;
  n: number;
} {
  return {
    share: round(interval.share, DIGITS.share),
    low: round(interval.low, DIGITS.share),
    high: round(interval.high, DIGITS.share),
    n: interval.n,
  };
}

/** Order by code unit: the same on every machine, unlike localeCompare. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
