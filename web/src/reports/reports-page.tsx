import { t } from '../i18n/i18n.ts';
import { path } from '../router/router.ts';
import type { PageProps } from '../router/routes.ts';
import { words as shell } from '../shell/words.ts';
import { Page } from '../ui/layout.tsx';
import { SubNav } from '../ui/subnav.tsx';
import { CompareTab } from './compare-tab.tsx';
import { ReportList } from './report-list.tsx';
import { ReportView } from './report-view.tsx';
import { SchedulesTab } from './schedules-tab.tsx';
import { words } from './words.ts';
import './reports.css';

/** /reports: days, schedules, two days side by side; /reports/2025-01-27: one of them. */
export function ReportsPage({ params }: PageProps) {
  const day = params['day'];
  if (day !== undefined && day !== 'schedules' && day !== 'compare')
    return <ReportView key={day} day={day} />;
  return (
    <Page title={t(shell.reports)} lead={t(words.lead)}>
      <SubNav
        label={t(words.sections)}
        current={path.value}
        items={[
          { href: '/reports', label: t(words.list) },
          { href: '/reports/compare', label: t(words.compare) },
          { href: '/reports/schedules', label: t(words.schedules) },
        ]}
      />
      {day === undefined && <ReportList />}
      {day === 'compare' && <CompareTab />}
      {day === 'schedules' && <SchedulesTab />}
    </Page>
  );
}
