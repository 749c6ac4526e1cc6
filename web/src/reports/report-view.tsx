import type { Report } from '#shared/report/report.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { apiUrl, get, send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { on } from '../live/feed.ts';
import { useUrlState } from '../router/router.ts';
import { oneOf, text } from '../router/url-state.ts';
import { prefs } from '../state/prefs.ts';
import { canEdit } from '../state/session.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Badge, DemoBadge, Table, Time } from '../ui/data.tsx';
import { Segmented } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { addDays, isDay } from '../i18n/calendar.ts';
import { changeTopic, figureText, figureWord } from './figures.ts';
import { topicNames } from './report-state.tsx';
import { words } from './words.ts';

const viewUrl = { topic: text(), lang: oneOf(['', 'zh', 'en'], '') };
const FORMATS = ['pdf', 'xlsx', 'csv', 'md', 'json', 'html'] as const;

/** One report: its HTML face in a sandboxed frame, every other face to download. */
export function ReportView({ day }: { day: string }) {
  const [url, setUrl] = useUrlState(viewUrl);
  const lang = url.lang === '' ? prefs.language.value : url.lang;
  const query = { topic: url.topic, lang };
  const report = useQuery<Report>(isDay(day) ? `/reports/${day}` : null, {
    topic: url.topic,
    format: 'json',
  });
  const shown = useRef<Report>(undefined);
  shown.current = report.data;
  const [busy, setBusy] = useState(false);
  useEffect(
    () =>
      on('report:ready', (ready) => {
        if (ready.day !== day || shown.current === undefined) return;
        const { topics, version } = shown.current.cover;
        const same = ready.topics.join() === topics.map((topic) => topic.id).join();
        if (!same || ready.version <= version) return;
        // By its number: a day that is not over is counted anew for whoever asks without one, and announced again.
        get<Report>(`/reports/${day}`, {
          topic: url.topic,
          format: 'json',
          version: ready.version,
        }).then(report.put, toastError);
      }),
    [day, url.topic],
  );
  const topicIds = url.topic === '' ? [] : url.topic.split(',');
  const regenerate = async () => {
    setBusy(true);
    try {
      report.put(await send<Report>('POST', `/reports/${day}/regenerate`, { topics: topicIds }));
      toast(t(words.made, { day }));
    } catch (cause) {
      toastError(cause);
    } finally {
      setBusy(false);
    }
  };
  const { version } = report.data?.cover ?? {};
  const near = (by: number) =>
    `/reports/${addDays(day, by)}${url.topic === '' ? '' : `?topic=${url.topic}`}`;
  const missing = report.error?.status === 404;
  return (
    <Page
      title={t(words.title, { day })}
      lead={
        <span class="row wrap">
          <a href="/reports" class="reports-back">
            <Icon name="chevronLeft" size={14} />
            {t(words.back)}
          </a>
          <bdi>{topicNames(topicIds)}</bdi>
        </span>
      }
      wide
      actions={
        isDay(day) && (
          <>
            <LinkButton icon="chevronLeft" href={near(-1)}>
              {t(words.previousDay)}
            </LinkButton>
            <LinkButton icon="chevronRight" href={near(1)}>
              {t(words.nextDay)}
            </LinkButton>
            {canEdit.value && !missing && (
              <Button
                icon="refresh"
                busy={busy}
                title={t(words.regenerateHint)}
                onClick={() => void regenerate()}
              >
                {t(words.regenerate)}
              </Button>
            )}
          </>
        )
      }
    >
      {!isDay(day) && <EmptyState icon="reports" title={t(words.dayWrong)} />}
      {missing && (
        <Panel>
          <EmptyState
            icon="reports"
            title={t(words.notMade, { day })}
            text={t(words.notMadeText)}
            action={
              canEdit.value && (
                <Button variant="primary" busy={busy} onClick={() => void regenerate()}>
                  {t(words.makeNow)}
                </Button>
              )
            }
          />
        </Panel>
      )}
      {report.error !== undefined && !missing && (
        <ErrorState error={report.error} onRetry={report.reload} />
      )}
      {isDay(day) && report.data === undefined && report.error === undefined && (
        <Skeleton lines={10} />
      )}
      {report.data !== undefined && (
        <div class="reports-view">
          <Panel
            flush
            class="reports-frame-panel"
            title={t(words.preview)}
            hint={t(words.previewHint)}
            actions={
              <Segmented
                size="s"
                label={t(words.language)}
                value={lang}
                options={[
                  { value: 'zh', label: '中文' },
                  { value: 'en', label: 'English' },
                ]}
                onValue={(value) => setUrl({ lang: value === prefs.language.value ? '' : value })}
              />
            }
          >
            {/* Scripts stay off and the document has no origin of ours: post text in it can do nothing. */}
            <iframe
              key={`${day} ${version} ${lang}`}
              class="reports-frame"
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              referrerpolicy="no-referrer"
              title={t(words.frame, { day })}
              src={apiUrl(`/reports/${day}`, { ...query, version, format: 'html' })}
            />
          </Panel>
          <div class="stack">
            <Panel title={t(words.download)}>
              <div class="reports-downloads">
                {FORMATS.map((format) => (
                  <LinkButton
                    key={format}
                    icon="download"
                    download
                    href={apiUrl(`/reports/${day}`, { ...query, version, format, download: '1' })}
                  >
                    <span class="sr-only">{t(words.download)} </span>
                    {format === 'md' ? 'Markdown' : format.toUpperCase()}
                  </LinkButton>
                ))}
              </div>
            </Panel>
            <About report={report.data} />
            <LinkButton
              icon="compare"
              href={`/reports/compare?a=${addDays(day, -1)}&b=${day}${
                url.topic === '' ? '' : `&topic=${url.topic}`
              }`}
            >
              {t(words.compareBefore)}
            </LinkButton>
            {report.data.cover.changes.length > 0 && <Changes report={report.data} />}
          </div>
        </div>
      )}
    </Page>
  );
}

function About({ report }: { report: Report }) {
  const { cover } = report;
  return (
    <Panel title={t(words.version, { n: cover.version })}>
      <div class="stack tight">
        <div class="row wrap">
          {cover.demo && <DemoBadge />}
          {cover.partial && <Badge tone="warn">{t(words.partial)}</Badge>}
          {cover.empty && <Badge tone="warn">{t(words.empty)}</Badge>}
        </div>
        <p>{cover.summary[prefs.language.value]}</p>
        <dl class="facts">
          <dt>{t(words.asOf)}</dt>
          <dd>{cover.dataAsOf === null ? '–' : <Time at={cover.dataAsOf} />}</dd>
          <dt>{t(words.madeAt)}</dt>
          <dd>
            <Time at={cover.generatedAt} />
          </dd>
          <dt>{t(words.zone)}</dt>
          <dd>{cover.zone}</dd>
          <dt>{t(words.hash)}</dt>
          <dd>
            <code>{cover.queryHash}</code>
          </dd>
        </dl>
      </div>
    </Panel>
  );
}

/** Late posts made a new version: what they changed, figure by figure. */
function Changes({ report }: { report: Report }) {
  return (
    <Panel title={t(words.changes)} flush>
      <Table
        dense
        caption={t(words.changes)}
        rows={report.cover.changes}
        rowKey={(change) => `${change.key} ${change.topic}`}
        columns={[
          {
            key: 'figure',
            title: t(words.figure),
            primary: true,
            cell: (change) => (
              <bdi>
                {figureWord(change.key)}
                {change.topic !== '' && ` · ${changeTopic(change.topic)}`}
              </bdi>
            ),
          },
          {
            key: 'before',
            title: t(words.before),
            numeric: true,
            cell: (change) => figureText(change.key, change.before),
          },
          {
            key: 'after',
            title: t(words.after),
            numeric: true,
            cell: (change) => figureText(change.key, change.after),
          },
        ]}
      />
    </Panel>
  );
}
