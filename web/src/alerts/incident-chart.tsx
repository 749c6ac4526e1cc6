import type { Backtest, IncidentDetail, RuleView } from '#shared/wire/api.ts';
import { usePosted } from '../api/use-posted.ts';
import { useQuery } from '../api/use-query.ts';
import { t, tw } from '../i18n/i18n.ts';
import { viewNow } from '../state/view-now.ts';
import { zone } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { Skeleton } from '../ui/state.tsx';
import { clipBacktest, spanAround } from './incident-span.ts';
import { KINDS } from './kinds.ts';
import { ruleBody } from './rule-draft.ts';
import { ThresholdChart } from './threshold-chart.tsx';
import { words } from './words.ts';

/** The measure around the incident, judged again by the very evaluator that opened it. Nothing once its rule is gone. */
export function IncidentChart({ incident }: { incident: IncidentDetail }) {
  // The list, not the one: that a rule is gone is no fault to complain of.
  const rules = useQuery<{ items: RuleView[] }>('/rules');
  const rule = rules.data?.items.find(({ id }) => id === incident.ruleId);
  const now = viewNow();
  const span = now === null ? null : spanAround(incident, now);
  const test = usePosted<Backtest>(
    '/rules/backtest',
    rule === undefined || span === null
      ? null
      : {
          rule: { ...ruleBody(rule), name: 'preview' },
          days: span.days,
          to: new Date(span.to).toISOString(),
        },
    100,
  );
  if (rules.error !== undefined || test.error !== undefined) return null;
  if (rules.data !== undefined && rule === undefined) return null;
  return (
    <Panel
      title={t(words.around)}
      hint={t(words.aroundHint, {
        measure: rule === undefined ? '' : tw(KINDS[rule.kind].word),
        zone: zone(),
      })}
    >
      {rule === undefined || test.data === undefined || span === null ? (
        <Skeleton height={240} />
      ) : (
        <ThresholdChart rule={rule} data={clipBacktest(test.data, span)} onThreshold={null} />
      )}
    </Panel>
  );
}
