import type { Delivery } from '#shared/wire/api.ts';
import { send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Time } from '../ui/data.tsx';
import { time } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { words } from './channel-words.ts';

/** Word and tone of a delivery's state. */
export const DELIVERY_STATES = {
  waiting: { word: words.dWaiting, tone: 'neutral' },
  sent: { word: words.dSent, tone: 'accent' },
  failed: { word: words.dFailed, tone: 'danger' },
  retrying: { word: words.dRetrying, tone: 'warn' },
  merged: { word: words.dMerged, tone: 'neutral' },
} as const;

/** What was sent, every attempt with the provider's own words. */
export function DeliveryList(props: { items: readonly Delivery[]; onReload: () => void }) {
  const resend = async (delivery: Delivery) => {
    try {
      await send('POST', `/deliveries/${delivery.id}/resend`);
      toast(t(words.resent));
      props.onReload();
    } catch (cause) {
      toastError(cause);
    }
  };
  return (
    <ol class="alerts-deliveries">
      {props.items.map((delivery) => (
        <li key={delivery.id}>
          <div class="row wrap">
            <span class="grow">
              <b>
                <bdi>{delivery.title}</bdi>
              </b>
            </span>
            <Badge tone={DELIVERY_STATES[delivery.state].tone}>
              {t(DELIVERY_STATES[delivery.state].word)}
            </Badge>
            <span class="muted">
              <Time at={delivery.createdAt} style="full" />
            </span>
          </div>
          <details>
            <summary class="muted">
              {t(words.attempts, { n: delivery.attempts.length })}
              {delivery.nextAttemptAt !== null &&
                ` · ${t(words.nextAttempt, { time: time(delivery.nextAttemptAt, 'second') })}`}
            </summary>
            <ol class="alerts-attempts">
              {delivery.attempts.map((attempt, index) => (
                <li key={index}>
                  <p>
                    <Icon name={attempt.ok ? 'check' : 'warning'} size={14} />{' '}
                    <Time at={attempt.at} style="second" />{' '}
                    {t(attempt.ok ? words.attemptOk : words.attemptFailed)} ·{' '}
                    {Math.round(attempt.ms)} ms
                    {attempt.httpStatus !== null && ` · HTTP ${attempt.httpStatus}`}
                    {attempt.providerCode !== null && ` · ${attempt.providerCode}`}
                  </p>
                  {attempt.answer !== '' && (
                    <p class="alerts-answer">
                      <bdi>{attempt.answer}</bdi>
                    </p>
                  )}
                </li>
              ))}
            </ol>
            <p class="muted alerts-small">
              {t(words.idempotency)} <code>{delivery.key}</code>
            </p>
          </details>
          {canEdit.value && delivery.state === 'failed' && (
            <div>
              <Button size="s" icon="refresh" onClick={() => void resend(delivery)}>
                {t(words.resend)}
              </Button>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
