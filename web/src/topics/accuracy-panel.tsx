import type { MoodLabel } from '#shared/mood/mood.ts';
import type { AccuracyView } from '#shared/wire/api.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { LinkButton } from '../ui/button.tsx';
import { MOOD_GLYPH, Stat, moodWord } from '../ui/data.tsx';
import { count, share } from '../ui/format.ts';
import { Panel } from '../ui/layout.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { common } from '../ui/words.ts';
import { words } from './words.ts';

/** How right the labels of one topic are, as far as people looked at them. */
export function AccuracyPanel({ topic }: { topic: string }) {
  const query = useQuery<AccuracyView>('/accuracy', { topic });
  return (
    <Panel title={t(words.accuracy)} hint={t(words.accuracyHint)} class="topics-accuracy">
      <Loaded query={query}>
        {(data) =>
          data.accuracy === null ? (
            <EmptyState
              compact
              icon="check"
              title={t(words.accuracyNone)}
              text={t(words.accuracyNoneText)}
              action={canEdit.value && <ReviewLink topic={topic} />}
            />
          ) : (
            <div class="stack">
              <div class="topics-stats">
                <Stat
                  label={t(words.agreedShare)}
                  value={share(data.accuracy.share)}
                  detail={t(words.interval, {
                    low: share(data.accuracy.low),
                    high: share(data.accuracy.high),
                  })}
                />
                <Stat
                  label={t(words.reviewed)}
                  value={count(data.n, true)}
                  detail={t(words.reviewedDetail, {
                    agreed: count(data.agreed, true),
                    changed: count(data.n - data.agreed, true),
                  })}
                />
              </div>
              <Confusion data={data} />
              {canEdit.value && (
                <div class="row wrap">
                  <ReviewLink topic={topic} />
                  <LinkButton
                    size="s"
                    variant="ghost"
                    href={`/posts?topic=${topic}&corrected=1&range=all`}
                  >
                    {t(words.toReviewed)}
                  </LinkButton>
                </div>
              )}
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function ReviewLink({ topic }: { topic: string }) {
  return (
    <LinkButton size="s" icon="posts" href={`/posts?topic=${topic}&corrected=0&range=7d`}>
      {t(words.review)}
    </LinkButton>
  );
}

/** Rows: what the scorer said; columns: what people said. The diagonal is agreement. */
function Confusion({ data }: { data: AccuracyView }) {
  const labels = data.labels.map(({ label }) => label);
  const at = (machine: string, person: string) =>
    data.confusion.find((cell) => cell.machine === machine && cell.person === person)?.n ?? 0;
  const most = Math.max(1, ...data.confusion.map(({ n }) => n));
  return (
    <div class="topics-confusion-frame" role="region" aria-label={t(words.confusion)} tabIndex={0}>
      <table class="table table-dense table-plain topics-confusion">
        <caption class="sr-only">{t(words.confusion)}</caption>
        <thead>
          <tr>
            <th scope="col">{t(words.scorerSaid)}</th>
            {labels.map((label) => (
              <th key={label} scope="col" class="numeric">
                <span aria-hidden="true">{moodShort(label)}</span>
                <span class="sr-only">{t(words.personSaid, { label: moodWord(label) })}</span>
              </th>
            ))}
            <th scope="col" class="numeric" title={t(words.precisionHint)}>
              {t(words.precision)}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.labels.map(({ label, precision }) => (
            <tr key={label}>
              <th scope="row">
                <span class={`mood-${label}`}>
                  <span aria-hidden="true">{MOOD_GLYPH[label]}</span> {moodShort(label)}
                </span>
              </th>
              {labels.map((person) => (
                <td
                  key={person}
                  class="numeric topics-cell"
                  data-agreed={person === label}
                  style={{ '--weight': `${Math.round((at(label, person) / most) * 100)}%` }}
                >
                  {count(at(label, person), true)}
                </td>
              ))}
              <td class="numeric">{precision === null ? '–' : share(precision)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" title={t(words.recallHint)}>
              {t(words.recall)}
            </th>
            {data.labels.map(({ label, recall }) => (
              <td key={label} class="numeric">
                {recall === null ? '–' : share(recall)}
              </td>
            ))}
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function moodShort(label: MoodLabel): string {
  return t(
    {
      positive: common.positiveShort,
      neutral: common.neutralShort,
      negative: common.negativeShort,
    }[label],
  );
}
