import { useEffect, useState } from 'preact/hooks';
import { ApiError, send } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from '../ui/button.tsx';
import { explainError } from '../ui/error-text.ts';
import { Icon } from '../ui/icon.tsx';
import { words } from './channel-words.ts';

interface TestAnswer {
  sent: boolean;
  ms: number;
  httpStatus: number | null;
  answer: string;
}

/** Sends a real test message and shows the provider's answer as it came. `now`: at once, after saving. */
export function ChannelTest(props: { id: string; now: boolean; onDone: () => void }) {
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<TestAnswer>();
  const [error, setError] = useState<ApiError>();
  const test = async () => {
    setBusy(true);
    setAnswer(undefined);
    setError(undefined);
    try {
      setAnswer(await send<TestAnswer>('POST', `/channels/${props.id}/test`));
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
    } finally {
      setBusy(false);
      props.onDone();
    }
  };
  useEffect(() => {
    if (props.now) void test();
  }, [props.now]);
  return (
    <>
      <Button size="s" icon="share" busy={busy} onClick={() => void test()}>
        {t(busy ? words.testing : words.test)}
      </Button>
      {(answer !== undefined || error !== undefined) && (
        <div class="alerts-test" role="status" data-sent={answer?.sent === true}>
          {error !== undefined && (
            <p>
              <Icon name="warning" size={14} /> {explainError(error)}
            </p>
          )}
          {answer !== undefined && (
            <>
              <p>
                <Icon name={answer.sent ? 'check' : 'warning'} size={14} />{' '}
                <b>
                  {t(answer.sent ? words.testSent : words.testRefused, {
                    ms: Math.round(answer.ms),
                    status: answer.httpStatus ?? '–',
                  })}
                </b>
              </p>
              <p class="muted">{t(words.testAnswer)}</p>
              <pre tabIndex={0} aria-label={t(words.testAnswer)}>
                <bdi>{answer.answer === '' ? t(words.testEmpty) : answer.answer}</bdi>
              </pre>
            </>
          )}
        </div>
      )}
    </>
  );
}
