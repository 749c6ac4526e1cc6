import type { ImportView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { Select } from '../ui/form.tsx';
import { words } from './words.ts';

export type Mapping = Readonly<Record<string, string>>;

/** Fields that a table's columns can fill; text and time it cannot do without. */
const FIELDS = [
  ['text', words.mText],
  ['createdAt', words.mTime],
  ['id', words.mId],
  ['author.id', words.mAuthorId],
  ['author.name', words.mAuthor],
  ['author.region', words.mRegion],
  ['url', words.mUrl],
  ['counts.reposts', words.mReposts],
  ['counts.comments', words.mComments],
  ['counts.likes', words.mLikes],
] as const;
const NEEDED: ReadonlySet<string> = new Set(['text', 'createdAt']);

/** Which column holds what: as recognised, to be changed by choosing from the file's own columns. Each choice checks anew. */
export function ImportMapping(props: {
  item: ImportView;
  busy: boolean;
  onMapping: (mapping: Mapping) => void;
}) {
  const { item } = props;
  if (item.columns.length === 0) return null;
  const mapping = item.mapping ?? {};
  const options = [
    { value: '', label: t(words.noColumn) },
    ...[...new Set(item.columns)]
      .filter((column) => column !== '')
      .map((column) => ({ value: column, label: column })),
  ];
  const choose = (field: string, column: string) => {
    const { [field]: _before, ...rest } = mapping;
    props.onMapping(column === '' ? rest : { ...rest, [field]: column });
  };
  const isUnderstood = item.mapping === null || item.errorCode === null;
  return (
    <details class="sources-mapping" open={!isUnderstood || item.accepted === 0}>
      <summary>
        {t(words.mapping)}
        {item.mapping === null ? (
          <span class="muted"> {t(words.mappingNative)}</span>
        ) : (
          <span class="muted"> {Object.values(mapping).join(', ')}</span>
        )}
      </summary>
      <p class="muted">{t(words.mappingHint)}</p>
      <div class="sources-mapping-fields" aria-busy={props.busy}>
        {FIELDS.map(([field, word]) => (
          <Select
            key={field}
            label={NEEDED.has(field) ? t(words.needed, { name: t(word) }) : t(word)}
            value={mapping[field] ?? ''}
            options={options}
            disabled={props.busy}
            onValue={(column) => choose(field, column)}
          />
        ))}
      </div>
    </details>
  );
}
