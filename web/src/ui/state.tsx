import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.ts';
import type { QueryState } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy.tsx';
import { explainError } from './error-text.ts';
import { Icon, type IconName } from './icon.tsx';
import { common } from './words.ts';

/** Nothing here yet: what this is, one sentence, and the button that changes it. */
export function EmptyState(props: {
  icon?: IconName;
  title: string;
  text?: ComponentChildren;
  action?: ComponentChildren;
  compact?: boolean;
}) {
  return (
    <div class={`empty ${props.compact === true ? 'empty-compact' : ''}`}>
      {props.icon !== undefined && (
        <span class="empty-icon">
          <Icon name={props.icon} size={22} />
        </span>
      )}
      <p class="empty-title">{props.title}</p>
      {props.text !== undefined && <p class="empty-text">{props.text}</p>}
      {props.action !== undefined && <div class="row wrap empty-action">{props.action}</div>}
    </div>
  );
}

/** What failed, why, what to do, and the id to quote. */
export function ErrorState(props: { error: ApiError; onRetry?: () => void; compact?: boolean }) {
  const { error } = props;
  return (
    <div class={`error-state ${props.compact === true ? 'empty-compact' : ''}`} role="alert">
      <Icon name="warning" />
      <div class="grow stack tight">
        <p class="empty-title">{t(common.somethingFailed)}</p>
        <p class="muted">{explainError(error)}</p>
        <div class="row wrap">
          {props.onRetry !== undefined && (
            <Button size="s" icon="refresh" onClick={props.onRetry}>
              {t(common.retry)}
            </Button>
          )}
          {error.requestId !== '' && (
            <span class="row muted">
              {t(common.requestId)} <code>{error.requestId}</code>
              <CopyButton text={error.requestId} label={t(common.copyRequestId)} />
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

export function Skeleton(props: { lines?: number; height?: number }) {
  const lines = Array.from({ length: props.lines ?? 1 }, (_, index) => index);
  return (
    <div class="stack tight" role="status" aria-label={t(common.loading)}>
      {lines.map((line) => (
        <div
          key={line}
          class="skeleton"
          style={{ height: `${props.height ?? 16}px`, width: line % 3 === 2 ? '72%' : '100%' }}
        />
      ))}
    </div>
  );
}

/** Loading, failed or here: the three faces of every answer. A failed refresh keeps the old answer below. */
export function Loaded<T>(props: {
  query: QueryState<T>;
  skeleton?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}) {
  const { data, error, reload } = props.query;
  return (
    <>
      {error !== undefined && (
        <ErrorState error={error} onRetry={reload} compact={data !== undefined} />
      )}
      {data !== undefined
        ? props.children(data)
        : error === undefined && (props.skeleton ?? <Skeleton lines={4} />)}
    </>
  );
}
