import type { Backtest } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { usePosted } from '../api/use-posted.ts';
import { t } from '../i18n/i18n.ts';
import { heartbeat } from '../live/feed.ts';
import { viewNow } from '../state/view-now.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { NumberField, Segmented } from '../ui/form.tsx';
import { count, decimal, duration, share, time, zone } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { ErrorState } from '../ui/state.tsx';
import { backtestEnd } from './backtest-end.ts';
import { valueText } from './kinds.ts';
import { type RuleDraft, ruleBody } from './rule-draft.ts';
import { SeverityBadge } from './states.tsx';
import { ThresholdChart, type ThresholdName } from './threshold-chart.tsx';
import { words } from './words.ts';

const SPANS = ['1', '7', '30'] as const;
type Span = (typeof SPANS)[number];
const FIRST_FIRES = 6;

/** How often the rule would have fired, while it is being written. */
export function BacktestPanel(props: {
  draft: RuleDraft;
  ready: boolean;
  onThreshold: (name: ThresholdName, value: number) => void;
}) {
  const { draft } = props;
  const [days, setDays] = useState<Span>('7');
  const [wished, setWished] = useState<number | null>(null);
  const rule = { ...ruleBody(draft), name: 'preview' };
  const end = backtestEnd(viewNow(), heartbeat.value?.newestAt ?? null, Number(days));
  const test = usePosted<Backtest>(
    '/rules/backtest',
    props.ready
      ? {
          rule,
          days: Number(days),
          ...(end === null ? {} : { to: new Date(end).toISOString() }),
          ...(wished === null || wished <= 0 ? {} : { wishedPerWeek: wished }),
        }
      : null,
    600,
  );
  const { data } = test;
  // Without data the verdict says so already.
  const warnings = (data?.warnings ?? []).filter(({ code }) => code !== 'no-data');
  return (
    <Panel
      title={t(words.backtest)}
      hint={
        end === null
          ? t(words.backtestHint)
          : t(words.backtestUntil, { time: time(end), zone: zone() })
      }
      class="alerts-backtest"
      actions={
        <Segmented
          size="s"
          label={t(words.backtestSpan)}
          value={days}
          options={SPANS.map((value) => ({
            value,
            label: t(words.lastDays, { n: Number(value) }),
          }))}
          onValue={setDays}
        />
      }
    >
      <div class="stack" aria-busy={test.loading}>
        {test.error !== undefined && <ErrorState error={test.error} compact />}
        <ThresholdChart rule={draft} data={data} onThreshold={props.onThreshold} />
        {data === undefined ? (
          <p class="muted" role="status">
            {t(words.btEmpty)}
          </p>
        ) : (
          <Verdict data={data} days={Number(days)} />
        )}
        <Wish
          draft={draft}
          data={data}
          wished={wished}
          onWished={setWished}
          onUse={(value) => props.onThreshold('critical', value)}
        />
        {warnings.length > 0 && (
          <ul class="alerts-warnings">
            {warnings.map((warning) => (
              <li key={warning.code}>
                <Icon name="warning" size={14} /> {warningText(warning)}
              </li>
            ))}
          </ul>
        )}
        {data !== undefined && data.fires.length > 0 && <FireList draft={draft} data={data} />}
        <p class="muted alerts-small">{t(words.btNotSimulated)}</p>
      </div>
    </Panel>
  );
}

function Verdict({ data, days }: { data: Backtest; days: number }) {
  const near = data.fires.filter((fire) => fire.nearSampleLimit).length;
  const noData = data.warnings.some((warning) => warning.code === 'no-data');
  const parts = [
    ...(data.fires.length === 0
      ? []
      : [
          t(words.btTotal, { time: duration(data.firingMinutes * 60_000) }),
          t(words.btNotifications, { n: data.notifications }),
          t(words.btPerWeek, { n: decimal((data.fires.length / days) * 7) }),
        ]),
    ...(near === 0 ? [] : [t(words.btNear, { n: near })]),
    ...(noData ? [] : [t(words.btCoverage, { share: share(data.coverage) })]),
  ];
  return (
    <p role="status" class="alerts-verdict">
      <b>
        {noData && data.fires.length === 0
          ? t(words.btNoData)
          : data.fires.length === 0
            ? t(words.btNever)
            : t(words.btFires, { n: data.fires.length })}
      </b>{' '}
      <span class="muted">{parts.join(' · ')}</span>
    </p>
  );
}

function Wish(props: {
  draft: RuleDraft;
  data: Backtest | undefined;
  wished: number | null;
  onWished: (perWeek: number | null) => void;
  onUse: (value: number) => void;
}) {
  const suggestion = props.data?.suggestion ?? null;
  return (
    <div class="alerts-wish">
      <NumberField
        label={t(words.wished)}
        unit={t(words.wishedUnit)}
        min={0.1}
        max={100}
        step={1}
        value={props.wished}
        onValue={props.onWished}
      />
      {props.wished !== null && props.data !== undefined && (
        <span class="row" role="status">
          {suggestion === null ? (
            <span class="muted">{t(words.noSuggestion)}</span>
          ) : (
            <>
              {t(words.suggestion, { value: valueText(props.draft.kind, suggestion) })}
              <Button
                size="s"
                disabled={suggestion === props.draft.critical}
                onClick={() => props.onUse(suggestion)}
              >
                {t(words.useIt)}
              </Button>
            </>
          )}
        </span>
      )}
    </div>
  );
}

function FireList({ draft, data }: { draft: RuleDraft; data: Backtest }) {
  const newest = data.fires.toReversed();
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : newest.length - FIRST_FIRES;
  return (
    <>
      <Table
        dense
        caption={t(words.btFireList)}
        rows={all ? newest : newest.slice(0, FIRST_FIRES)}
        rowKey={(fire) => fire.from}
        columns={[
          {
            key: 'start',
            title: t(words.start),
            primary: true,
            cell: (fire) =>
              draft.topic === '' ? (
                <Time at={fire.from} />
              ) : (
                <a href={liveHref(draft, fire)}>
                  <Time at={fire.from} />
                </a>
              ),
          },
          {
            key: 'severity',
            title: t(words.state),
            cell: (fire) => <SeverityBadge severity={fire.severity} />,
          },
          {
            key: 'lasted',
            title: t(words.lasted),
            numeric: true,
            cell: (fire) =>
              fire.to === null
                ? t(words.ongoing)
                : duration(Date.parse(fire.to) - Date.parse(fire.from)),
          },
          {
            key: 'worst',
            title: t(words.worst),
            numeric: true,
            cell: (fire) => valueText(draft.kind, fire.value),
          },
          {
            key: 'n',
            title: t(words.sample),
            numeric: true,
            cell: (fire) => (
              <>
                {fire.nearSampleLimit && <Badge tone="warn">{t(words.nearLimit)}</Badge>} n=
                {count(fire.n)}
              </>
            ),
          },
        ]}
      />
      {hidden > 0 && (
        <Button size="s" variant="ghost" onClick={() => setAll(true)}>
          {t(words.btMore, { n: hidden })}
        </Button>
      )}
    </>
  );
}

/** The live page an hour on either side of a fire. */
function liveHref(draft: RuleDraft, fire: Backtest['fires'][number]): string {
  const hour = 3_600_000;
  const from = new Date(Date.parse(fire.from) - hour).toISOString();
  const to = new Date(Date.parse(fire.to ?? fire.from) + hour).toISOString();
  return `/live?topics=${draft.topic}&from=${from}&to=${to}`;
}

/** By code in the user's language, with the figure of the server's own sentence. */
function warningText({ code, message }: Backtest['warnings'][number]): string {
  const n = /about ([\d.]+) posts/.exec(message)?.[1] ?? '';
  if (code === 'topic-too-small') return t(words.wTooSmall, { n });
  if (code === 'window-wider') return t(words.wWider, { n });
  if (code === 'no-data') return t(words.btNoData);
  return message;
}
