import { t } from '../i18n/i18n.ts';
import { common } from '../ui/words.ts';

/** As tall as the charts that will stand here, so that nothing moves when they come. */
export function ChartSkeleton() {
  return (
    <div class="chart-skeleton" role="status" aria-label={t(common.loading)}>
      <div class="live-canvas-main">
        <span class="chart-skeleton-line" />
        <span class="chart-skeleton-line" />
        <span class="chart-skeleton-line" />
        <span class="chart-skeleton-line" />
      </div>
      <div class="live-canvas-volume">
        <span class="chart-skeleton-line" />
        <span class="chart-skeleton-line" />
      </div>
    </div>
  );
}
