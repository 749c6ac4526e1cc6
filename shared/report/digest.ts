import type { OutgoingMessage } from '../alert/channel.ts';
import type { ReportLang } from './format.ts';
import { formatCell } from './document.ts';
import { layoutReport } from './layout-report.ts';
import type { Report } from './report.ts';

/** Most lines about spikes and about what to watch; a chat message is read in a glance. */
const MOST = 3;

/**
 * A report for the chat channels: summary, key figures, strongest spikes, what to watch, and the link to the whole.
 * `key` is the run's (runKey) with the channel, so that a repeated job sends nothing twice.
 */
export function reportMessage(
  report: Report,
  options: { lang: ReportLang; url: string; key: string; late?: boolean },
): OutgoingMessage {
  const { lang, url, key } = options;
  const document = layoutReport(report, { lang });
  const { cover, spikes, alerts } = report;
  const strongest = [...spikes].sort((a, b) => b.surprise - a.surprise).slice(0, MOST);
  const late = options.late ? (lang === 'zh' ? '（补发）' : ' (sent late)') : '';
  return {
    key,
    kind: 'report',
    title: `${document.title} · ${document.subtitle}${late}`,
    lines: [
      cover.summary[lang],
      ...(cover.empty ? [] : keyFigures(document)),
      ...strongest.map((spike) => spike.explanation[lang]),
      ...alerts.outlook
        .slice(0, MOST)
        .map((entry) => `${lang === 'zh' ? '下期关注：' : 'Watch next: '}${entry[lang]}`),
    ],
    url,
    severity: alerts.open > 0 ? 'warning' : 'ok',
    at: cover.generatedAt,
    data: {
      day: cover.day,
      lastDay: cover.lastDay,
      topics: cover.topics.map((topic) => topic.id),
      version: cover.version,
      queryHash: cover.queryHash,
      kpis: report.kpis.map(({ key, value, low, high }) => ({ key, value, low, high })),
    },
  };
}

function keyFigures(document: ReturnType<typeof layoutReport>): string[] {
  return document.sections.flatMap((section) =>
    section.blocks.flatMap((block) =>
      block.kind === 'kpis'
        ? block.items.map((item) => {
            const shown = formatCell(item.value, document.lang, document.zone);
            const change = item.changes[0];
            const against =
              change && change.value.value !== null
                ? ` (${change.label} ${formatCell(change.value, document.lang, document.zone)})`
                : '';
            return `${item.label} ${shown}${against}`;
          })
        : [],
    ),
  );
}
