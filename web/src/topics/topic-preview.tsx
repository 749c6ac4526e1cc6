import type { TopicPreview } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { usePosted } from '../api/use-posted.ts';
import { t } from '../i18n/i18n.ts';
import { topicName } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { RankList, Stat, Time } from '../ui/data.tsx';
import { Segmented } from '../ui/form.tsx';
import { count, share, time, zone, listed } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Panel } from '../ui/layout.tsx';
import { MarkedText } from '../ui/marked-text.tsx';
import { Popover } from '../ui/overlay.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/state.tsx';
import { type TopicDraft, exclusionCandidates } from './topic-draft.ts';
import { words } from './words.ts';

const SPANS = ['24', '72', '168'] as const;
type Span = (typeof SPANS)[number];
const FIRST_SAMPLES = 8;

/** What the definition would match, while it is being written. Nothing is stored. */
export function TopicPreviewPanel(props: {
  draft: TopicDraft;
  queryOk: boolean;
  onAlias: (alias: string) => void;
  onExclude: (phrase: string) => void;
}) {
  const { draft } = props;
  const [hours, setHours] = useState<Span>('24');
  const { id, ...definition } = draft;
  const asked = draft.name.trim() !== '' && props.queryOk;
  const preview = usePosted<TopicPreview>(
    '/topics/preview',
    asked ? { ...definition, ...(id === '' ? {} : { id }), hours: Number(hours) } : null,
  );
  const { data } = preview;
  return (
    <Panel
      title={t(words.preview)}
      {...(data === undefined || data.scanned === 0
        ? {}
        : {
            hint: t(words.previewOf, { from: time(data.from), to: time(data.to), zone: zone() }),
          })}
      class="topics-preview"
      actions={
        <Segmented
          size="s"
          label={t(words.previewSpan)}
          value={hours}
          onValue={setHours}
          options={SPANS.map((value) => ({
            value,
            label:
              value === '24' ? t(words.hours, { n: 24 }) : t(words.days, { n: Number(value) / 24 }),
          }))}
        />
      }
    >
      <div class="stack" aria-busy={preview.loading} aria-live="polite">
        {preview.error !== undefined && <ErrorState error={preview.error} compact />}
        {data === undefined && preview.loading && preview.error === undefined && (
          <Skeleton lines={5} />
        )}
        {!asked && data === undefined && (
          <EmptyState compact icon="topics" title={t(words.previewNone)} />
        )}
        {data !== undefined && data.scanned === 0 && (
          <EmptyState
            compact
            icon="posts"
            title={t(words.previewNoPosts)}
            action={<LinkButton href="/sources/import">{t(words.toImport)}</LinkButton>}
          />
        )}
        {data !== undefined && data.scanned > 0 && <PreviewAnswer {...props} data={data} />}
      </div>
    </Panel>
  );
}

function PreviewAnswer(props: {
  draft: TopicDraft;
  data: TopicPreview;
  onAlias: (alias: string) => void;
  onExclude: (phrase: string) => void;
}) {
  const { data } = props;
  const [all, setAll] = useState(false);
  return (
    <>
      <div class="topics-stats">
        <Stat
          label={t(words.matched)}
          value={count(data.matched)}
          detail={t(words.matchedOf, {
            all: count(data.scanned),
            share: share(data.matched / data.scanned),
          })}
        />
        <Stat label={t(words.excludedN)} value={count(data.excluded)} />
      </div>
      {data.warnings.length > 0 && (
        <ul class="topics-warnings">
          {warningTexts(data.warnings).map((text) => (
            <li key={text}>
              <Icon name="warning" size={14} /> <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      )}
      {data.aliases.length > 0 && (
        <section class="stack tight">
          <SubHead title={t(words.perAlias)} hint={t(words.perAliasHint)} />
          <RankList
            label={t(words.perAlias)}
            items={data.aliases.map((row) => ({
              key: row.alias,
              name: <bdi>{row.alias}</bdi>,
              n: row.posts,
            }))}
          />
        </section>
      )}
      {data.nearMisses.length > 0 && (
        <section class="stack tight">
          <SubHead title={t(words.nearMisses)} hint={t(words.nearMissesHint)} />
          <div class="row wrap">
            {data.nearMisses.map((miss) => (
              <Button
                key={miss.phrase}
                size="s"
                icon="plus"
                aria-label={t(words.addAlias, { phrase: miss.phrase })}
                onClick={() => props.onAlias(miss.phrase)}
              >
                <bdi>{miss.phrase}</bdi> <span class="muted num">{count(miss.posts)}</span>
              </Button>
            ))}
          </div>
        </section>
      )}
      {data.overlaps.length > 0 && (
        <section class="stack tight">
          <SubHead title={t(words.overlaps)} />
          <RankList
            label={t(words.overlaps)}
            items={data.overlaps.map((row) => ({
              key: row.topic,
              name: <bdi>{topicName(row.topic)}</bdi>,
              n: row.posts,
              detail: data.matched === 0 ? '' : share(row.posts / data.matched),
              href: `/topics/${row.topic}`,
            }))}
          />
        </section>
      )}
      {data.samples.length > 0 && (
        <section class="stack tight">
          <SubHead title={t(words.samples)} hint={t(words.samplesHint)} />
          <ol class="topics-samples">
            {data.samples.slice(0, all ? undefined : FIRST_SAMPLES).map((sample) => (
              <Sample key={sample.ref} sample={sample} onExclude={props.onExclude} />
            ))}
          </ol>
          {!all && data.samples.length > FIRST_SAMPLES && (
            <Button size="s" variant="ghost" onClick={() => setAll(true)}>
              {t(words.moreSamples, { n: data.samples.length - FIRST_SAMPLES })}
            </Button>
          )}
        </section>
      )}
    </>
  );
}

function SubHead(props: { title: string; hint?: string }) {
  return (
    <h3 class="topics-subhead">
      {props.title} {props.hint !== undefined && <span class="muted">{props.hint}</span>}
    </h3>
  );
}

function Sample(props: {
  sample: TopicPreview['samples'][number];
  onExclude: (phrase: string) => void;
}) {
  const { sample } = props;
  const phrases = [
    ...new Set(sample.spans.flatMap((span) => exclusionCandidates(sample.text, span))),
  ].slice(0, 10);
  return (
    <li class="topics-sample">
      <MarkedText
        clamp
        text={sample.text}
        marks={sample.spans.map(([start, end]) => ({ start, end, tone: 'hit' as const }))}
      />
      <div class="row">
        <span class="muted grow">
          <Time at={sample.at} />
        </span>
        {phrases.length > 0 && (
          <Popover
            label={t(words.excludePhrase)}
            align="end"
            trigger={(attributes) => (
              <Button size="s" variant="ghost" {...attributes}>
                {t(words.notIt)}
              </Button>
            )}
          >
            {(close) => (
              <div class="stack tight">
                <p class="muted">{t(words.excludePhrase)}</p>
                <div class="row wrap">
                  {phrases.map((phrase) => (
                    <Button
                      key={phrase}
                      size="s"
                      onClick={() => {
                        close();
                        props.onExclude(phrase);
                      }}
                    >
                      <bdi>{phrase}</bdi>
                    </Button>
                  ))}
                </div>
              </div>
            )}
          </Popover>
        )}
      </div>
    </li>
  );
}

/** Aliases that never occur share one line: there are often many, and none of them is urgent. */
function warningTexts(warnings: TopicPreview['warnings']): string[] {
  const unused = warnings.flatMap((warning) =>
    warning.code === 'alias-unused' && warning.alias !== undefined ? [warning.alias] : [],
  );
  const others = warnings
    .filter((warning) => !unused.includes(warning.alias ?? ''))
    .map(warningText);
  return unused.length === 0 ? others : [...others, t(words.warnUnused, { alias: listed(unused) })];
}

/** By code in the user's language; codes of a newer server keep the server's own words. */
function warningText(warning: TopicPreview['warnings'][number]): string {
  const alias = warning.alias ?? '';
  switch (warning.code) {
    case 'alias-too-broad':
      return t(words.warnTooBroad, { alias });
    case 'alias-unused':
      return t(words.warnUnused, { alias });
    case 'alias-short':
      return t(words.warnShort, { alias });
    case 'no-match':
      return t(words.warnNoMatch);
    default:
      return warning.message;
  }
}
