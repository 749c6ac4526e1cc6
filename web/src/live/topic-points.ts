import { type SeriesStore, pointsOf, trailing } from '../state/series-store.ts';
import type { TopicPoints } from './chart-model.ts';
import { type Span, previousSpan } from './live-url.ts';

export interface DrawnWindow {
  view: Span & { stepMs: number };
  /** Nothing after this is shown (a replay has not got there yet). */
  until: number;
  /** Length of what a drawn point stands for. */
  windowMs: number;
  /** The same width just before is drawn too. */
  compared: boolean;
}

/** What the charts show of one topic, from what is known of it. Pure. */
export function topicPointsOf(
  store: SeriesStore,
  topic: Pick<TopicPoints, 'id' | 'name' | 'slot'>,
  window: DrawnWindow,
): TopicPoints {
  const { view, until, windowMs, compared } = window;
  const stored = store.topics.get(topic.id);
  // Before the server's answer the usual mood is unknown: a line drawn without it would jump when it comes.
  if (stored?.ready !== true) return { ...topic, points: [], drawn: [], before: [] };
  const width = view.to - view.from;
  const to = Math.min(view.to, until);
  const drawnOf = (span: Span) =>
    trailing(
      pointsOf(store, topic.id, span.from - (windowMs - view.stepMs), span.to),
      { windowMs, stepMs: view.stepMs },
      stored.prior,
    );
  return {
    ...topic,
    points: pointsOf(store, topic.id, view.from, to),
    drawn: drawnOf({ from: view.from, to }),
    before: compared
      ? drawnOf(previousSpan(view)).map((point) => ({ ...point, at: point.at + width }))
      : [],
  };
}
