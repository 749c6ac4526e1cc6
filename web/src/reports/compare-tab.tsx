import { compareReports } from '#shared/report/diff-reports.ts';
import type { Report } from '#shared/report/report.ts';
import { type QueryState, useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { localDay } from '../i18n/local-time.ts';
import { useUrlState } from '../router/router.ts';
import { flag, text } from '../router/url-state.ts';
import { prefs } from '../state/prefs.ts';
import { topics } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { LinkButton } from '../ui/button.tsx';
import { Table } from '../ui/data.tsx';
import { DateField } from '../ui/date-field.tsx';
import { Checkbox, Select } from '../ui/form.tsx';
import { zone, listed } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { addDays, isDay } from '../i18n/calendar.ts';
import { changeTopic, differenceText, figureText, figureWord } from './figures.ts';
import { reportHref } from './report-state.tsx';
import { words } from './words.ts';

const compareUrl = { a: text(), b: text(), topic: text(), different: flag() };

/** Two days, figure by figure, from the same JSON that is exported. */
export function CompareTab() {
  const [url, setUrl] = useUrlState(compareUrl);
  const now = viewNow();
  const today = now === null ? '' : localDay(now, zone());
  const a = url.a === '' && today !== '' ? addDays(today, -2) : url.a;
  const b = url.b === '' && today !== '' ? addDays(today, -1) : url.b;
  const query = { topic: url.topic, format: 'json', lang: prefs.language.value };
  const first = useQuery<Report>(isDay(a) ? `/reports/${a}` : null, query);
  const second = useQuery<Report>(isDay(b) ? `/reports/${b}` : null, query);
  const topicIds = url.topic === '' ? [] : url.topic.split(',');
  return (
    <>
      <div class="row wrap reports-pick">
        <DateField
          label={t(words.firstDay)}
          value={a}
          onValue={(day) => day !== '' && setUrl({ a: day })}
        />
        <DateField
          label={t(words.secondDay)}
          value={b}
          onValue={(day) => day !== '' && setUrl({ b: day })}
        />
        <Select
          label={t(words.topics)}
          value={url.topic}
          options={[
            { value: '', label: t(words.allTopics) },
            ...(topicIds.length > 1 ? [{ value: url.topic, label: listed(topicIds) }] : []),
            ...(topics.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={(topic) => setUrl({ topic })}
        />
        <Checkbox
          label={t(words.onlyDifferent)}
          checked={url.different}
          onValue={(different) => setUrl({ different })}
        />
      </div>
      <Panel title={t(words.compare)} hint={t(words.compareHint)} flush>
        <Side day={a} report={first} topics={topicIds} />
        <Side day={b} report={second} topics={topicIds} />
        {first.data !== undefined && second.data !== undefined && (
          <Figures
            a={a}
            b={b}
            before={first.data}
            after={second.data}
            onlyDifferent={url.different}
          />
        )}
      </Panel>
    </>
  );
}

/** Says what is missing of one day; silent when its report is here. */
function Side(props: { day: string; report: QueryState<Report>; topics: readonly string[] }) {
  const { day, report } = props;
  if (!isDay(day)) return <EmptyState compact title={t(words.comparePick)} />;
  if (report.error?.status === 404) {
    return (
      <EmptyState
        compact
        icon="reports"
        title={t(words.compareMissing, { day })}
        action={<LinkButton href={reportHref(day, props.topics)}>{t(words.makeNow)}</LinkButton>}
      />
    );
  }
  if (report.error !== undefined)
    return <ErrorState compact error={report.error} onRetry={report.reload} />;
  return report.data === undefined ? <Skeleton lines={4} /> : null;
}

function Figures(props: {
  a: string;
  b: string;
  before: Report;
  after: Report;
  onlyDifferent: boolean;
}) {
  const all = compareReports(props.before, props.after);
  const rows = props.onlyDifferent ? all.filter((row) => row.before !== row.after) : all;
  if (rows.length === 0) return <EmptyState compact title={t(words.same)} />;
  return (
    <Table
      dense
      caption={t(words.compare)}
      rows={rows}
      rowKey={(row) => `${row.key} ${row.topic}`}
      columns={[
        {
          key: 'figure',
          title: t(words.figure),
          primary: true,
          cell: (row) => figureWord(row.key),
        },
        {
          key: 'topic',
          title: t(words.topics),
          cell: (row) => <bdi>{changeTopic(row.topic)}</bdi>,
        },
        {
          key: 'a',
          title: props.a,
          numeric: true,
          cell: (row) => figureText(row.key, row.before),
        },
        {
          key: 'b',
          title: props.b,
          numeric: true,
          cell: (row) => figureText(row.key, row.after),
        },
        {
          key: 'difference',
          title: t(words.difference),
          numeric: true,
          cell: (row) => differenceText(row.key, row.before, row.after),
        },
      ]}
    />
  );
}
