import { t } from '../i18n/i18n.ts';
import { meta } from '../state/session.ts';
import {
  attempt,
  beatAt,
  clockNow,
  connection,
  dataUntil,
  heartbeat,
  reconnectNow,
  tick,
} from '../live/feed.ts';
import { behindMs } from '../live/connection.ts';
import { Popover } from '../ui/overlay.tsx';
import { Button } from '../ui/button.tsx';
import { count, decimal, duration, time } from '../ui/format.ts';
import { words } from './words.ts';

const WORD = {
  connecting: words.connecting,
  live: words.liveNow,
  stale: words.stale,
  reconnecting: words.reconnecting,
  gone: words.gone,
  login: words.login,
  updated: words.updated,
} as const;

/** ● 实时 · 落后 0.8 s. A click shows where the figures come from. */
export function ConnectionBadge(props: { side?: 'top' | 'bottom'; align?: 'start' | 'end' }) {
  const kind = connection.value;
  return (
    <Popover
      label={t(words.connectionTitle)}
      side={props.side ?? 'bottom'}
      align={props.align ?? 'start'}
      trigger={(attributes) => (
        <button type="button" class={`connection connection-${kind}`} {...attributes}>
          <span class="connection-dot" aria-hidden="true" />
          <span class="connection-text">
            <span class="connection-word">{t(WORD[kind])}</span> <ConnectionDetail />
          </span>
        </button>
      )}
    >
      <ConnectionFacts />
    </Popover>
  );
}

function ConnectionDetail() {
  const kind = connection.value;
  const text = detailText(kind, tick.value);
  return text === '' ? null : <span class="connection-detail num">{text}</span>;
}

function detailText(kind: typeof connection.value, now: number): string {
  const beat = heartbeat.value;
  if (kind === 'reconnecting') return t(words.attempt, { n: Math.max(1, attempt.value) });
  if (beat === null || beatAt.value === null) return '';
  if (kind === 'stale' || kind === 'gone')
    return t(words.dataUntil, { time: time(dataUntil(), 'second') });
  if (kind !== 'live') return '';
  return t(words.behind, { age: duration(behindMs(beat, now - beatAt.value)) });
}

function ConnectionFacts() {
  const beat = heartbeat.value;
  const now = tick.value;
  const ms = (value: number | null) => (value === null ? '–' : duration(value));
  return (
    <div class="stack tight">
      {beat !== null && (
        <dl class="facts">
          <dt>{t(words.clock)}</dt>
          <dd>
            {time(clockNow(), 'full')}
            <br />
            <span class="muted">
              {beat.clock.mode === 'replay'
                ? t(words.clockReplay, { speed: beat.clock.speed })
                : t(words.wallClock)}
            </span>
          </dd>
          <dt>{t(words.newest)}</dt>
          <dd>{beat.newestAt === null ? '–' : time(beat.newestAt, 'full')}</dd>
          <dt>{t(words.ingestRate)}</dt>
          <dd>{t(words.rate, { rate: decimal(beat.postsPerSecond) })}</dd>
          <dt>{t(words.latency)}</dt>
          <dd>
            {ms(beat.latencyP50Ms)} / {ms(beat.latencyP95Ms)}
          </dd>
          <dt>{t(words.queue)}</dt>
          <dd>{count(beat.queueWaiting, true)}</dd>
          <dt>{t(words.lastBeat)}</dt>
          <dd>{t(words.ago, { age: duration(Math.max(0, now - (beatAt.value ?? now))) })}</dd>
        </dl>
      )}
      {(connection.value === 'reconnecting' || connection.value === 'gone') && (
        <Button icon="refresh" onClick={reconnectNow}>
          {t(words.retryNow)}
        </Button>
      )}
      {meta.value !== null && <p class="muted">微脉 {meta.value.version}</p>}
    </div>
  );
}

/** Across the page while what it shows is not now. */
export function ConnectionBanner() {
  const kind = connection.value;
  if (kind === 'updated') {
    return (
      <div class="banner banner-warn" role="status">
        <span class="grow">{t(words.updatedBanner)}</span>
        <Button size="s" onClick={() => location.reload()}>
          {t(words.reload)}
        </Button>
      </div>
    );
  }
  const broken = kind === 'stale' || kind === 'reconnecting' || kind === 'gone';
  if (!broken || heartbeat.value === null) return null;
  return (
    <div class={`banner ${kind === 'gone' ? 'banner-danger' : 'banner-warn'}`} role="status">
      <span class="grow">
        <b>{t(WORD[kind])}</b> {t(words.staleBanner, { time: time(dataUntil(), 'second') })}
      </span>
      <Button size="s" icon="refresh" onClick={reconnectNow}>
        {t(words.retryNow)}
      </Button>
    </div>
  );
}
