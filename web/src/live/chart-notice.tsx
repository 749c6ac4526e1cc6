import { t } from '../i18n/i18n.ts';
import { demoFilling, meta } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { count, time, zone } from '../ui/format.ts';
import { heartbeat } from './feed.ts';
import type { Span } from './live-url.ts';
import { words } from './words.ts';

/** Over a chart without a single mention: why it is empty, and the way to where something is. */
export function ChartNotice(props: { view: Span; onSpan: (span: Span) => void }) {
  const demo = meta.value?.demo;
  const ofDemo =
    demo !== undefined &&
    props.view.to > Date.parse(demo.from) &&
    props.view.from < Date.parse(demo.to);
  if (demoFilling.value && ofDemo) {
    return (
      <div class="chart-notice" role="status">
        <span class="chart-notice-bar" aria-hidden="true" />
        <p class="empty-title">{t(words.demoFilling)}</p>
        <p class="muted">{t(words.demoFillingText, { n: count(demo.loadedPosts) })}</p>
      </div>
    );
  }
  const newest = heartbeat.value?.newestAt ?? null;
  const elsewhere = newest !== null && (newest < props.view.from || newest >= props.view.to);
  return (
    <div class="chart-notice">
      <p class="empty-title">{t(words.noneHere)}</p>
      {newest === null || !elsewhere ? (
        <p class="muted">{t(words.noneYetText)}</p>
      ) : (
        <>
          <p class="muted">
            {t(words.noneHereText, { time: time(newest, 'dayMinute'), zone: zone() })}
          </p>
          <Button
            size="s"
            onClick={() => {
              const width = props.view.to - props.view.from;
              const to = Math.ceil((newest + width / 20) / 60_000) * 60_000;
              props.onSpan({ from: to - width, to });
            }}
          >
            {t(words.showNewest)}
          </Button>
        </>
      )}
    </div>
  );
}
