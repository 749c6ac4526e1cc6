import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { checkQuery } from '../topics/query-syntax.ts';
import { words as topicWords } from '../topics/words.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay.tsx';
import { common } from '../ui/words.ts';
import { words } from './words.ts';

/** Idle time after which a query that reads well is searched without Enter. */
const IDLE_MS = 700;

/** The boolean search box: same grammar as topics, checked while typing, never sent while it does not read. */
export function SearchBox(props: { value: string; focus: boolean; onSearch: (q: string) => void }) {
  const [draft, setDraft] = useState(props.value);
  const input = useRef<HTMLInputElement>(null);
  const check = checkQuery(draft);
  const wrong = check?.ok === false;

  useEffect(() => setDraft(props.value), [props.value]);
  useEffect(() => {
    if (props.focus) input.current?.focus();
  }, [props.focus]);
  useEffect(() => {
    if (wrong || draft.trim() === props.value) return;
    const timer = setTimeout(() => props.onSearch(draft.trim()), IDLE_MS);
    return () => clearTimeout(timer);
  }, [draft, wrong, props.value]);

  return (
    <form
      class="posts-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) props.onSearch(draft.trim());
      }}
    >
      <div class="posts-search-box">
        <Icon name="search" size={16} />
        <input
          ref={input}
          type="search"
          class="posts-search-input"
          aria-label={t(words.searchLabel)}
          aria-invalid={wrong}
          aria-describedby={wrong ? 'posts-search-error' : undefined}
          placeholder={t(words.searchPlaceholder)}
          autocomplete="off"
          spellcheck={false}
          maxLength={500}
          value={draft}
          onInput={(event) => setDraft(event.currentTarget.value)}
        />
        <Popover
          label={t(words.searchHelp)}
          align="end"
          trigger={(attributes) => (
            <IconButton size="s" icon="help" label={t(words.searchHelp)} {...attributes} />
          )}
        >
          <p class="posts-search-help">{t(words.searchHelpText)}</p>
          <p>
            <code>{t(words.searchPlaceholder)}</code>
          </p>
        </Popover>
        <Button type="submit" variant="primary" size="s" disabled={wrong}>
          {t(common.search)}
        </Button>
      </div>
      {check?.ok === false && (
        <p id="posts-search-error" class="field-error" role="alert">
          <Icon name="warning" size={14} />
          {t(topicWords.queryAt, { column: check.column, message: check.message })}
        </p>
      )}
    </form>
  );
}
