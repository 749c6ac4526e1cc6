import type { MoodLabel } from '../mood/mood.ts';
import type { Post, PostAuthor } from '../post/post.ts';
import { copier, mediaAccount, somebody, wellKnown } from './authors.ts';
import { intensityAt } from './intensity.ts';
import type { Storyline } from './phrases/storyline.ts';
import { mixSeed, poisson, randomFrom, type Random } from './random.ts';
import { COPY_WAVE, DEMO } from './story.ts';
import { STORYLINES, writeComment, writeCopy, writePost, type Written } from './write-post.ts';

/**
 * The synthetic week of January 2025: invented posts by invented people, in the order of the real events
 * (`story.ts`). Every minute is drawn from a seed of its own, so that any stretch can be made without the rest and
 * is the same every time; the whole week is about 75,000 posts at scale 1.
 */
export function* demoPostsBetween(
  from: number,
  to: number,
  options: DemoOptions = {},
): Generator<Post> {
  for (const { post } of demoExpectations(from, to, options)) yield post;
}

export function generateDemoWeek(options: DemoOptions = {}): Generator<Post> {
  return demoPostsBetween(DEMO.from, DEMO.to, options);
}

/** The same posts with the mood each was written to have toward its topics: for tests of the generator and the engine. */
export function* demoExpectations(
  from: number,
  to: number,
  options: DemoOptions = {},
): Generator<DemoPost> {
  const week = new Week(options.seed ?? 1, options.scale ?? 1);
  const first = Math.floor(Math.max(from, DEMO.from) / MINUTE) * MINUTE;
  for (let minute = first; minute < Math.min(to, DEMO.to); minute += MINUTE) {
    for (const each of week.minute(minute)) {
      if (each.post.createdAt >= from && each.post.createdAt < to) yield each;
    }
  }
}

export interface DemoOptions {
  seed?: number;
  /** 2 = twice as many posts of everything. */
  scale?: number;
}

export interface DemoPost {
  post: Post;
  /** Topic id → intended mood. Topics may be mentioned beyond these (in a hashtag), never with a known mood. */
  expected: Readonly<Record<string, MoodLabel>>;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Posts an hour of one storyline for each of its posts that others pass on. */
const POSTS_PER_ROOT = 15;
const ROOTS_PER_HOUR = 3;
/** How far back people still repost. */
const REPOST_HOURS = 6;
const COPIES_PER_MINUTE = 15;

class Week {
  readonly #seed: number;
  readonly #scale: number;
  /** Widely shared posts by storyline and hour; a handful of hours is alive at a time. */
  readonly #roots = new Map<string, DemoPost[]>();

  constructor(seed: number, scale: number) {
    this.#seed = seed;
    this.#scale = scale;
  }

  minute(minute: number): DemoPost[] {
    const posts: DemoPost[] = [];
    for (const [index, line] of STORYLINES.entries()) {
      const random = randomFrom(mixSeed(this.#seed, minute / MINUTE, index));
      const count = poisson(random, intensityAt(line, minute) * this.#scale);
      for (let i = 0; i < count; i++) posts.push(this.#post(index, line, minute, random));
      for (const root of this.#rootsOf(index, line, Math.floor(minute / HOUR) * HOUR)) {
        if (Math.floor(root.post.createdAt / MINUTE) * MINUTE === minute) posts.push(root);
      }
    }
    posts.push(...this.#copies(minute));
    posts.sort((a, b) => a.post.createdAt - b.post.createdAt);
    for (const [index, { post }] of posts.entries()) {
      if (post.id === '') post.id = `${clock(minute)}-${String(index).padStart(3, '0')}`;
    }
    return posts;
  }

  #post(index: number, line: Storyline, minute: number, random: Random): DemoPost {
    const createdAt = minute + Math.floor(random() * MINUTE);
    const isRepost = random() < (line.reposts ?? 0);
    const root = isRepost ? this.#recentRoot(index, line, createdAt, random) : undefined;
    if (root) return repostOf(root.post, writeComment(line, createdAt, random), createdAt, random);
    const author = line.isNews === true ? mediaAccount(random) : somebody(random);
    return demoPost(writePost(line, createdAt, random), author, createdAt, random);
  }

  #recentRoot(
    index: number,
    line: Storyline,
    before: number,
    random: Random,
  ): DemoPost | undefined {
    const hour = Math.floor(before / HOUR) * HOUR - Math.floor(random() ** 2 * REPOST_HOURS) * HOUR;
    const roots = this.#rootsOf(index, line, hour).filter(({ post }) => post.createdAt < before);
    // The first root of an hour takes most of the reposts.
    return roots[Math.floor(random() ** 2 * roots.length)];
  }

  #rootsOf(index: number, line: Storyline, hour: number): DemoPost[] {
    const key = `${index}:${hour}`;
    const known = this.#roots.get(key);
    if (known) return known;
    const count = Math.min(
      ROOTS_PER_HOUR,
      Math.floor((intensityAt(line, hour + HOUR / 2) * 60) / POSTS_PER_ROOT),
    );
    const roots = Array.from({ length: hour < DEMO.from ? 0 : count }, (_, nth) => {
      const random = randomFrom(mixSeed(this.#seed, hour / HOUR, index, nth, 7));
      const createdAt = hour + Math.floor(random() * HOUR);
      const author = line.isNews === true ? mediaAccount(random) : wellKnown(random);
      const root = demoPost(writePost(line, createdAt, random), author, createdAt, random);
      root.post.id = `${clock(hour)}-${line.name}-${nth}`;
      root.post.counts = {
        reposts: 200 + Math.floor(random() * 9_000),
        comments: Math.floor(random() * 3_000),
        likes: Math.floor(random() * 60_000),
      };
      return root;
    });
    if (this.#roots.size > STORYLINES.length * (REPOST_HOURS + 2)) this.#roots.clear();
    this.#roots.set(key, roots);
    return roots;
  }

  #copies(minute: number): DemoPost[] {
    if (minute < COPY_WAVE.from || minute >= COPY_WAVE.to) return [];
    const random = randomFrom(mixSeed(this.#seed, minute / MINUTE, 999));
    return Array.from({ length: poisson(random, COPIES_PER_MINUTE * this.#scale) }, () => {
      const createdAt = minute + Math.floor(random() * MINUTE);
      return demoPost(writeCopy(random), copier(random), createdAt, random);
    });
  }
}

/** Ids are given once the posts of a minute are in order. */
function demoPost(
  written: Written,
  author: PostAuthor,
  createdAt: number,
  random: Random,
): DemoPost {
  const reach = (author.followers ?? 0) / 40;
  return {
    post: {
      source: DEMO.source,
      id: '',
      text: written.text,
      createdAt,
      author: { ...author },
      counts: {
        reposts: Math.floor(random() ** 6 * reach),
        comments: Math.floor(random() ** 4 * reach),
        likes: Math.floor(random() ** 3 * reach),
      },
      lang: 'zh',
    },
    expected: written.expect,
  };
}

/** Half of the reposts carry the chain `//@…:` in the text as Weibo's own client writes it. */
function repostOf(root: Post, comment: Written, createdAt: number, random: Random): DemoPost {
  const author = root.author?.name ?? '';
  const made = demoPost(comment, somebody(random), createdAt, random);
  if (random() < 0.5) made.post.text = `${comment.text}//@${author}:${root.text}`;
  made.post.repostOf = { id: root.id, text: root.text, author };
  return made;
}

/** Minute of China time as digits: `202501272101`. */
function clock(instant: number): string {
  return new Date(instant + 8 * HOUR).toISOString().slice(0, 16).replace(/[-T:]/g, '');
}
