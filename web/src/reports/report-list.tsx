import type { ReportRow } from '#shared/wire/api.ts';
import { useEffect, useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useList } from '../api/use-list.ts';
import { addDays, isDay } from '../i18n/calendar.ts';
import { t } from '../i18n/i18n.ts';
import { localDay } from '../i18n/local-time.ts';
import { on } from '../live/feed.ts';
import { navigate, useUrlState } from '../router/router.ts';
import { text } from '../router/url-state.ts';
import { canEdit } from '../state/session.ts';
import { topics } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Delta, MoodValue, MoreRows, Table, Time } from '../ui/data.tsx';
import { DateField } from '../ui/date-field.tsx';
import { Checkbox, Select } from '../ui/form.tsx';
import { count, zone } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { ReportState, reportHref, topicNames, topicParam } from './report-state.tsx';
import { words } from './words.ts';

const listUrl = { topic: text() };

export function ReportList() {
  const [url, setUrl] = useUrlState(listUrl);
  const reports = useList<ReportRow>('/reports', { topic: url.topic, limit: 60 });
  const [chosen, setChosen] = useState<readonly ReportRow[]>([]);
  useEffect(() => on('report:ready', reports.reload), []);
  const items = reports.items ?? [];
  const yesterday = dayBefore();
  const [first, second] = [...chosen].sort((a, b) => a.day.localeCompare(b.day));
  return (
    <>
      <div class="row wrap reports-tools">
        <Select
          label={t(words.topics)}
          hideLabel
          value={url.topic}
          options={[
            { value: '', label: t(words.allTopics) },
            ...(topics.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={(topic) => setUrl({ topic })}
        />
        {first !== undefined && second !== undefined && (
          <LinkButton
            icon="compare"
            href={`/reports/compare?a=${first.day}&b=${second.day}&topic=${topicParam(first.topics)}`}
          >
            {t(words.compareThese)}
          </LinkButton>
        )}
        <span class="grow" />
        {canEdit.value && <MakeReport topic={url.topic} onMade={reports.reload} />}
      </div>
      <Panel title={t(words.list)} hint={t(words.listHint, { zone: zone() })} flush>
        {reports.error !== undefined && (
          <ErrorState error={reports.error} onRetry={reports.reload} compact={items.length > 0} />
        )}
        {reports.items === undefined && reports.error === undefined && <Skeleton lines={6} />}
        {reports.items?.length === 0 && (
          <EmptyState
            icon="reports"
            title={t(words.none)}
            text={t(words.noneText)}
            action={
              <>
                {yesterday !== '' && (
                  <LinkButton
                    variant="primary"
                    icon="reports"
                    href={reportHref(yesterday, url.topic === '' ? [] : [url.topic])}
                  >
                    {t(words.openDay, { day: yesterday })}
                  </LinkButton>
                )}
                {canEdit.value && (
                  <LinkButton icon="plus" href="/reports/schedules">
                    {t(words.addSchedule)}
                  </LinkButton>
                )}
              </>
            }
          />
        )}
        {items.length > 0 && <ReportTable items={items} chosen={chosen} onChosen={setChosen} />}
        <MoreRows next={reports.next} busy={reports.loading} onMore={reports.more} />
      </Panel>
    </>
  );
}

function ReportTable(props: {
  items: readonly ReportRow[];
  chosen: readonly ReportRow[];
  onChosen: (rows: readonly ReportRow[]) => void;
}) {
  const key = (row: ReportRow) => `${row.day} ${row.topics.join(',')}`;
  const isChosen = (row: ReportRow) => props.chosen.some((other) => key(other) === key(row));
  return (
    <Table
      caption={t(words.list)}
      rows={props.items}
      rowKey={key}
      onRow={(row) => navigate(reportHref(row.day, row.topics))}
      columns={[
        {
          key: 'choose',
          title: t(words.compare),
          hideTitle: true,
          width: '36px',
          cell: (row) => (
            <Checkbox
              label={<span class="sr-only">{t(words.choose, { day: row.day })}</span>}
              checked={isChosen(row)}
              disabled={props.chosen.length === 2 && !isChosen(row)}
              onValue={(on) =>
                props.onChosen(
                  on
                    ? [...props.chosen, row]
                    : props.chosen.filter((other) => key(other) !== key(row)),
                )
              }
            />
          ),
        },
        { key: 'day', title: t(words.day), primary: true, cell: (row) => row.day },
        {
          key: 'topics',
          title: t(words.topics),
          cell: (row) => <bdi class="reports-topics">{topicNames(row.topics)}</bdi>,
        },
        { key: 'n', title: t(words.mentions), numeric: true, cell: (row) => count(row.n) },
        {
          key: 'mood',
          title: t(words.mood),
          numeric: true,
          cell: (row) => (
            <span class="nowrap">
              <MoodValue value={row.mood} />{' '}
              {row.moodChange !== null && row.mood !== null && (
                <Delta now={row.mood} before={row.mood - row.moodChange} points />
              )}
            </span>
          ),
        },
        { key: 'spikes', title: t(words.spikes), numeric: true, cell: (row) => count(row.spikes) },
        { key: 'state', title: t(words.state), cell: (row) => <ReportState row={row} /> },
        { key: 'made', title: t(words.created), cell: (row) => <Time at={row.createdAt} /> },
      ]}
    />
  );
}

/** Yesterday by default: the last day that is over. */
function MakeReport(props: { topic: string; onMade: () => void }) {
  const yesterday = dayBefore();
  const [day, setDay] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wanted = day ?? yesterday;
  const make = async () => {
    setBusy(true);
    try {
      await send('POST', `/reports/${wanted}/regenerate`, {
        topics: props.topic === '' ? [] : [props.topic],
      });
      toast(t(words.made, { day: wanted }));
      props.onMade();
    } catch (cause) {
      toastError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (isDay(wanted)) void make();
      }}
    >
      <DateField label={t(words.makeFor)} hideLabel value={wanted} onValue={setDay} />
      <Button type="submit" busy={busy} disabled={!isDay(wanted)}>
        {t(words.makeFor)}
      </Button>
    </form>
  );
}

/** The last day that is over on the clock; empty before the clock is known. */
function dayBefore(): string {
  const now = viewNow();
  return now === null ? '' : addDays(localDay(now, zone()), -1);
}
