import type { PostView } from '#shared/wire/api.ts';
import type { LivePost } from '#shared/wire/live.ts';
/** Rows kept on the page. */
export declare const MOST_ROWS = 200;
/** The list on screen and the queue of what is to come. Pure: the component owns timers and pointer. */
export interface Stream {
    /** Newest first. */
    rows: readonly LivePost[];
    /** Arrived, not shown yet; newest first. */
    waiting: readonly LivePost[];
}
export declare const EMPTY_STREAM: Stream;
/** Newly arrived posts queue up; what is already known is skipped. */
export declare function arrive(stream: Stream, posts: readonly LivePost[]): Stream;
/** Moves the oldest `most` of the queue onto the list. */
export declare function release(stream: Stream, most?: number): Stream;
/** A label changed by hand, on screen at once. */
export declare function relabelled(stream: Stream, change: {
    ref: string;
    topic: string;
    label: LivePost['topics'][number]['label'];
}): Stream;
/** A post of the HTTP API in the form of the socket's. */
export declare function livePostOf(post: PostView): LivePost;
