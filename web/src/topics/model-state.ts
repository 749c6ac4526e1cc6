import type { TopicModelView } from '#shared/wire/api.ts';

/** What a topic's learnt model is worth saying, and what can be done next. */
export interface ModelVerdict {
  kind:
    | 'collect' /** too few labels to try */
    | 'ready' /** enough labels, never tried */
    | 'adopted'
    | 'no-gain'
    | 'one-class'
    | 'blind' /** labels enough, but too few that the scorer had right */;
  /** Labels that are still missing before learning is worth a try. */
  missing: number;
  canLearn: boolean;
}

export function modelVerdict(
  view: Pick<TopicModelView, 'model' | 'reason' | 'labelsNow' | 'needed'>,
): ModelVerdict {
  const missing = Math.max(0, view.needed.labels - view.labelsNow);
  const common = { missing, canLearn: missing === 0 };
  if (view.model !== null) return { ...common, kind: 'adopted' };
  if (missing > 0) return { ...common, kind: 'collect' };
  switch (view.reason) {
    case 'no-sure-gain':
      return { ...common, kind: 'no-gain' };
    case 'one-class':
      return { ...common, kind: 'one-class' };
    case 'too-few-confirmed':
      return { ...common, kind: 'blind' };
    default:
      return { ...common, kind: 'ready' };
  }
}
