import type { IncidentView } from '#shared/wire/api.ts';
import { useEffect, useState } from 'preact/hooks';
import { useList } from '../api/use-list.ts';
import { tickLabel, timeTicks } from '../charts/time-axis.ts';
import { t } from '../i18n/i18n.ts';
import { on } from '../live/feed.ts';
import { useUrlState } from '../router/router.ts';
import { oneOf, text } from '../router/url-state.ts';
import { prefs } from '../state/prefs.ts';
import { topics } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { MoreRows } from '../ui/data.tsx';
import { LinkButton } from '../ui/button.tsx';
import { Segmented, Select } from '../ui/form.tsx';
import { time, zone } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { IncidentTable, incidentPath, lastedText } from './incident-table.tsx';
import { lanesOf } from './lanes.ts';
import { stateWord } from './states.tsx';
import { words } from './words.ts';

const incidentsUrl = {
  state: oneOf(['', 'open', 'resolved'], ''),
  topic: text(),
  span: oneOf(['24h', '7d', '30d'], '7d'),
};
const SPAN_MS = { '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 };

export function IncidentsTab() {
  const [url, setUrl] = useUrlState(incidentsUrl);
  const incidents = useList<IncidentView>('/incidents', {
    state: url.state,
    topic: url.topic,
    limit: 100,
  });
  useEffect(() => on('incident:changed', incidents.reload), []);
  const items = incidents.items ?? [];
  return (
    <div class="stack">
      <div class="row wrap">
        <Segmented
          label={t(words.iFilter)}
          value={url.state}
          options={[
            { value: '', label: t(words.iAll) },
            { value: 'open', label: t(words.iOpen) },
            { value: 'resolved', label: t(words.iResolved) },
          ]}
          onValue={(state) => setUrl({ state })}
        />
        <Select
          label={t(words.topic)}
          hideLabel
          value={url.topic}
          options={[
            { value: '', label: t(words.allTopics) },
            ...(topics.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={(topic) => setUrl({ topic })}
        />
      </div>
      {incidents.error !== undefined && (
        <ErrorState error={incidents.error} onRetry={incidents.reload} compact={items.length > 0} />
      )}
      {incidents.items === undefined && incidents.error === undefined && <Skeleton lines={6} />}
      {incidents.items !== undefined && items.length === 0 && (
        <Panel>
          <EmptyState
            icon="check"
            title={t(words.incidentsNone)}
            text={t(words.incidentsNoneText)}
            action={<LinkButton href="/alerts/rules">{t(words.toRules)}</LinkButton>}
          />
        </Panel>
      )}
      {items.length > 0 && (
        <>
          <Lanes items={items} span={url.span} onSpan={(span) => setUrl({ span })} />
          <Panel title={t(words.incidents)} flush>
            <IncidentTable items={items} caption={t(words.incidents)} />
            <MoreRows next={incidents.next} busy={incidents.loading} onMore={incidents.more} />
          </Panel>
        </>
      )}
    </div>
  );
}

/** When each rule fired, side by side. The table below holds the same incidents. */
function Lanes(props: {
  items: readonly IncidentView[];
  span: keyof typeof SPAN_MS;
  onSpan: (span: keyof typeof SPAN_MS) => void;
}) {
  // Fixed while one reads: a timeline that creeps is hard to hit.
  const [anchor] = useState(() => viewNow());
  const to = anchor ?? viewNow();
  if (to === null) return null;
  const from = to - SPAN_MS[props.span];
  const lanes = lanesOf(props.items, from, to);
  const ticks = timeTicks(from, to, 7, zone());
  return (
    <Panel
      title={t(words.lanes)}
      hint={`${t(words.lanesHint)} · ${zone()}`}
      actions={
        <Segmented
          size="s"
          label={t(words.lanesSpan)}
          value={props.span}
          options={[
            { value: '24h', label: t(words.windowHours, { n: 24 }) },
            { value: '7d', label: t(words.lastDays, { n: 7 }) },
            { value: '30d', label: t(words.lastDays, { n: 30 }) },
          ]}
          onValue={props.onSpan}
        />
      }
    >
      {lanes.length === 0 ? (
        <p class="muted">{t(words.incidentsNone)}</p>
      ) : (
        <div
          class="alerts-lanes"
          role="group"
          aria-label={t(words.lanesLabel, {
            from: time(from),
            to: time(to),
            n: lanes.length,
            k: lanes.reduce((sum, lane) => sum + lane.blocks.length, 0),
          })}
        >
          {lanes.map((lane) => (
            <div key={lane.ruleId} class="alerts-lane">
              <a class="alerts-lane-name" href={`/alerts/rules/${lane.ruleId}`}>
                <bdi>{lane.ruleName}</bdi>
              </a>
              <div class="alerts-lane-track">
                {lane.blocks.map(({ incident, left, width }) => {
                  const label = t(words.laneBlock, {
                    name: incident.ruleName,
                    from: time(incident.startsAt),
                    time: lastedText(incident),
                    state: stateWord(incident.state),
                  });
                  return (
                    <a
                      key={incident.id}
                      href={incidentPath(incident.id)}
                      class={`alerts-block alerts-block-${incident.severity}`}
                      style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
                      aria-label={label}
                      title={label}
                    />
                  );
                })}
              </div>
            </div>
          ))}
          <div class="alerts-lane" aria-hidden="true">
            <span />
            <div class="alerts-lane-axis">
              {ticks.map((at) => (
                <span key={at} style={{ left: `${((at - from) / (to - from)) * 100}%` }}>
                  {tickLabel(at, to - from, prefs.language.value, zone())}
                </span>
              ))}
            </div>
          </div>
        </div>
      )}
    </Panel>
  );
}
