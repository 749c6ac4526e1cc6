import type { Report, ReportChange } from './report.ts';

/** Figures that differ between two reports: of two versions of one day, or of two days. Equal ones are left out. */
export function diffReports(before: Report, after: Report): ReportChange[] {
  return compareReports(before, after).filter((change) => change.before !== change.after);
}

/** Every comparable figure side by side, in the order of the report; null where one side lacks it. */
export function compareReports(before: Report, after: Report): ReportChange[] {
  const left = figuresOf(before);
  const right = figuresOf(after);
  const keys = new Map([...left, ...right].map(([id, figure]) => [id, figure]));
  return [...keys].map(([id, { key, topic }]) => ({
    key,
    topic,
    before: left.get(id)?.value ?? null,
    after: right.get(id)?.value ?? null,
  }));
}

interface Figure {
  key: string;
  topic: string;
  value: number | null;
}

function figuresOf(report: Report): Map<string, Figure> {
  const figures: Figure[] = [
    ...report.kpis.map((kpi) => ({ key: kpi.key, topic: '', value: kpi.value })),
    { key: 'spikes', topic: '', value: report.spikes.length },
    { key: 'alerts', topic: '', value: report.alerts.fired },
    { key: 'late', topic: '', value: report.quality.late },
    { key: 'corrected', topic: '', value: report.corrections.changed },
    ...report.share.flatMap((row) => [
      { key: 'mentions', topic: row.topic.id, value: row.n },
      { key: 'mood', topic: row.topic.id, value: row.mood },
    ]),
  ];
  return new Map(figures.map((figure) => [`${figure.key} ${figure.topic}`, figure]));
}
