import type { ComponentChildren } from 'preact';
import type { SpikeDetail } from '#shared/wire/api.ts';
import { formatMood } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { spikeSize } from '../live/spike-text.ts';
import { LinkButton } from '../ui/button.tsx';
import { MoodValue, Stat } from '../ui/data.tsx';
import { change, count, decimal, share } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { CONCENTRATED } from './spike-evidence.tsx';
import type { BeforeAfter } from './use-spike-series.ts';
import { words } from './words.ts';

/** The claim, what it rests on, and the three figures that moved. */
export function Why(props: { spike: SpikeDetail; figures: BeforeAfter | null; allPosts: string }) {
  const { spike } = props;
  const { explanation } = spike;
  return (
    <Panel class="spike-why-panel">
      <div class="spike-why">
        <h2 class="sr-only">{t(words.why)}</h2>
        <p class="spike-claim">{whyText(spike)}</p>
        <Concentration spike={spike} />
        <div class="row wrap">
          <LinkButton variant="primary" size="s" icon="posts" href={props.allPosts}>
            {t(words.allPosts, { n: count(explanation.posts, true) })}
          </LinkButton>
          <span class="muted">{t(words.authorsN, { n: count(explanation.authors, true) })}</span>
        </div>
      </div>
      <BeforeDuring {...props} />
    </Panel>
  );
}

function BeforeDuring({ spike, figures }: { spike: SpikeDetail; figures: BeforeAfter | null }) {
  const { negativeBefore, negativeDuring } = spike.explanation;
  return (
    <section class="spike-shift" aria-label={t(words.beforeAfter)}>
      <Shift
        label={t(words.mood)}
        before={figures === null ? '–' : <MoodValue value={figures.before.mood} short />}
        after={figures === null ? '–' : <MoodValue value={figures.during.mood} short />}
        note={
          spike.measure === 'mood'
            ? t(words.inWindow, { window: spike.windowMinutes, size: spikeSize(spike) })
            : t(words.nBoth, {
                before: figures === null ? '–' : count(figures.before.n, true),
                during: figures === null ? '–' : count(figures.during.n, true),
              })
        }
      />
      <Shift
        label={t(words.negative)}
        before={share(negativeBefore.share)}
        after={share(negativeDuring.share)}
        note={t(words.negativeInterval, {
          low: share(negativeDuring.low),
          high: share(negativeDuring.high),
          n: count(negativeDuring.n, true),
        })}
      />
      <Shift
        label={t(words.volume)}
        before={figures === null ? '–' : count(figures.perHourBefore)}
        after={figures === null ? '–' : count(figures.perHourDuring)}
        note={
          spike.measure === 'volume'
            ? t(words.inWindow, { window: spike.windowMinutes, size: spikeSize(spike) })
            : figures === null
              ? ''
              : (change(figures.perHourDuring, figures.perHourBefore) ?? '')
        }
      />
    </section>
  );
}

function whyText(spike: SpikeDetail): string {
  const chance = powerOfTen(-Math.round(spike.surprise));
  if (spike.measure === 'mood') {
    return t(words.whyMood, {
      window: spike.windowMinutes,
      observed: formatMood(spike.observed),
      expected: formatMood(spike.expected),
      n: count(spike.n, true),
      chance,
    });
  }
  return t(words.whyVolume, {
    window: spike.windowMinutes,
    observed: count(spike.observed, true),
    expected: decimal(spike.expected),
    chance,
  });
}

/** 10⁻¹⁹ */
function powerOfTen(exponent: number): string {
  return `10${[...String(exponent)].map((character) => (character === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(character)])).join('')}`;
}

/** One spammer, or many people? The commonest false alarm comes first. */
function Concentration({ spike }: { spike: SpikeDetail }) {
  const { concentration, copypastaShare } = spike.explanation;
  const high = concentration >= CONCENTRATED;
  return (
    <p class={high ? 'spike-warning' : 'muted'}>
      {high && <Icon name="warning" size={16} />}
      {t(high ? words.concentrationHigh : words.concentrationLow, {
        share: share(concentration),
      })}{' '}
      {copypastaShare > 0 && t(words.copypasta, { share: share(copypastaShare) })}
    </p>
  );
}

function Shift(props: {
  label: string;
  before: ComponentChildren;
  after: ComponentChildren;
  note: string;
}) {
  return (
    <Stat
      label={props.label}
      value={
        <span class="row">
          <span class="muted">{props.before}</span>
          <Icon name="arrowRight" size={16} />
          {props.after}
        </span>
      }
      detail={props.note}
    />
  );
}
