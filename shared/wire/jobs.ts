import { z } from 'zod';
import type { Post } from '../post/post.ts';

/**
 * The jobs. A handler is written for each name; the compiler refuses a missing one. Payloads are parsed again when a
 * job is taken: it may have been queued by an older version.
 */
const postSchema: z.ZodType<Post> = z.object({
  source: z.string(),
  id: z.string(),
  text: z.string(),
  createdAt: z.number(),
  author: z
    .object({
      id: z.string().exactOptional(),
      name: z.string().exactOptional(),
      followers: z.number().exactOptional(),
      verified: z.boolean().exactOptional(),
      region: z.string().exactOptional(),
    })
    .exactOptional(),
  url: z.string().exactOptional(),
  repostOf: z
    .object({
      id: z.string().exactOptional(),
      text: z.string().exactOptional(),
      author: z.string().exactOptional(),
    })
    .exactOptional(),
  counts: z
    .object({
      reposts: z.number().exactOptional(),
      comments: z.number().exactOptional(),
      likes: z.number().exactOptional(),
    })
    .exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  lang: z.string().exactOptional(),
});

export const analysePostsSchema = z.object({
  /** Identity of the batch: a batch that was committed once is skipped when its job runs again. */
  batchId: z.uuid(),
  /** When the server took it, epoch ms on the clock that the posts live on (the demo's own clock for its posts). */
  receivedAt: z.number(),
  importId: z.string().optional(),
  posts: z.array(postSchema).min(1).max(1000),
});
export type AnalysePosts = z.infer<typeof analysePostsSchema>;

export const JOBS = {
  'analyse-posts': analysePostsSchema,
  'rescore-topic': z.object({
    jobId: z.string(),
    topicId: z.string(),
    from: z.number(),
    to: z.number(),
  }),
  /** Every minute: makes the reports that are due. The claim of a run decides who makes it. */
  'report-tick': z.object({}),
} as const;
export type JobName = keyof typeof JOBS;
export type JobPayload<K extends JobName> = z.infer<(typeof JOBS)[K]>;
