import { secretsOf } from '#shared/alert/channel.ts';
import type { Channel, ChannelOf, OutgoingMessage } from '#shared/alert/channel.ts';
import { retryAfterMs } from '#shared/node/http/retry-after.ts';
import { FetchError } from '#shared/node/http/safe-fetch.ts';
import type { FetchErrorCode, SafeResponse } from '#shared/node/http/safe-fetch.ts';
import { alertmanager } from './alertmanager.ts';
import { bark } from './bark.ts';
import type {
  Call,
  ChannelDeps,
  FailureReason,
  HttpChannel,
  HttpChannelType,
  NotSent,
  Refusal,
  SendResult,
  Sent,
} from './channel.ts';
import { dingtalk } from './dingtalk.ts';
import { sendEmail } from './email.ts';
import { oneLine } from './escape.ts';
import { feishu } from './feishu.ts';
import { ntfy } from './ntfy.ts';
import { serverchan } from './serverchan.ts';
import { slack } from './slack.ts';
import { clip } from './split.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

/** To add a provider: its schema in shared/alert/channel.ts, a file here, its limits in rate.ts, one line below. */
export const HTTP_CHANNELS: { [T in HttpChannelType]: HttpChannel<T> } = {
  webhook,
  alertmanager,
  dingtalk,
  feishu,
  wecom,
  slack,
  telegram,
  ntfy,
  bark,
  serverchan,
};

/** Spec: 15 to 30 s for a receiver to answer. */
const TIMEOUT_MS = 15_000;
const TITLE_BYTES = 300;
const ANSWER_BYTES = 1000;

/** Hands one message to one channel. Never throws for what the other side does; the result says what it said. */
export async function send(
  channel: Channel,
  message: OutgoingMessage,
  deps: ChannelDeps,
): Promise<SendResult> {
  const startedAt = deps.now();
  const outcome =
    channel.type === 'email'
      ? await sendEmail(channel, inert(message), deps)
      : await sendCalls(channel, message, deps);
  const ms = Math.max(0, deps.now() - startedAt);
  return { ...outcome, answer: withoutSecrets(outcome.answer, secretsOf(channel)), ms };
}

/** The requests a message needs: more than one when it has to be split. */
export function renderCalls(
  channel: ChannelOf<HttpChannelType>,
  message: OutgoingMessage,
  now: number,
): Call[] {
  return adapterOf(channel).render(channel, inert(message), now);
}

function adapterOf(channel: ChannelOf<HttpChannelType>): HttpChannel<HttpChannelType> {
  // The table pairs each type with its own adapter; TypeScript cannot follow the pair through a union.
  return HTTP_CHANNELS[channel.type] as HttpChannel<HttpChannelType>;
}

async function sendCalls(
  channel: ChannelOf<HttpChannelType>,
  message: OutgoingMessage,
  deps: ChannelDeps,
): Promise<SentWithoutTime | NotSentWithoutTime> {
  const adapter = adapterOf(channel);
  let last: SentWithoutTime = { sent: true, answer: '' };
  for (const [partsSent, call] of renderCalls(channel, message, deps.now()).entries()) {
    const outcome = await post(adapter, call, deps);
    if (!outcome.sent) return { ...outcome, partsSent };
    last = outcome;
  }
  return last;
}

type SentWithoutTime = Omit<Sent, 'ms'>;
type NotSentWithoutTime = Omit<NotSent, 'ms'>;
type PartOutcome = SentWithoutTime | Omit<NotSentWithoutTime, 'partsSent'>;

async function post(
  adapter: HttpChannel<HttpChannelType>,
  call: Call,
  deps: ChannelDeps,
): Promise<PartOutcome> {
  try {
    const response = await deps.fetch(call.url, {
      method: 'POST',
      headers: call.headers,
      body: call.body,
      timeoutMs: TIMEOUT_MS,
      signal: deps.signal,
    });
    return judgeResponse(adapter, response, deps.now());
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    const [reason, retry] = FETCH_FAILURES[error.code];
    return { sent: false, reason, retry, answer: error.message };
  }
}

const FETCH_FAILURES: Record<FetchErrorCode, [FailureReason, retry: boolean]> = {
  refused: ['address-refused', false],
  timeout: ['timeout', true],
  network: ['network', true],
  aborted: ['interrupted', true],
  'too-large': ['answer-too-large', false],
  'bad-answer': ['unreadable-answer', false],
};

/** Delivered is what answers 2xx and, where the provider has one, with the good code in the body. */
export function judgeResponse(
  adapter: Pick<HttpChannel<HttpChannelType>, 'judge' | 'judgeError'>,
  response: Pick<SafeResponse, 'status' | 'headers' | 'text'>,
  now: number,
): PartOutcome {
  const { status, text } = response;
  const known = { httpStatus: status, answer: text };
  if (status >= 200 && status < 300) {
    const verdict = adapter.judge(text);
    const code = verdict.code === undefined ? {} : { providerCode: verdict.code };
    return verdict.ok
      ? { sent: true, ...known, ...code }
      : { sent: false, ...known, ...code, ...withoutOk(verdict) };
  }
  const said = adapter.judgeError(text);
  const code = said.code === undefined ? {} : { providerCode: said.code };
  const wait = retryAfterMs(response.headers['retry-after'], now) ?? said.retryAfterMs;
  const later = wait === undefined ? {} : { retryAfterMs: wait };
  const failed = { sent: false, ...known, ...code } as const;
  if (status >= 300 && status < 400) return { ...failed, reason: 'redirected', retry: false };
  if (status === 410) return { ...failed, reason: 'gone', retry: false, gone: true };
  if (status === 429) return { ...failed, reason: 'rate-limited', retry: true, ...later };
  const passing = status >= 500 || status === 408 || status === 425;
  return { ...failed, reason: 'http-status', retry: passing, ...(passing ? later : {}) };
}

function withoutOk({ reason, retry, retryAfterMs: wait }: Refusal) {
  return { reason, retry, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

/** Posts are hostile: one line each, nothing that reorders or breaks out. */
function inert(message: OutgoingMessage): OutgoingMessage {
  return {
    ...message,
    title: clip(oneLine(message.title), TITLE_BYTES),
    lines: message.lines.map(oneLine),
  };
}

/** Some providers repeat the request, or its key, in their answer. */
function withoutSecrets(answer: string, secrets: readonly string[]): string {
  let text = answer.toWellFormed();
  for (const secret of secrets.filter(({ length }) => length >= 6)) {
    text = text.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
  }
  return clip(text, ANSWER_BYTES);
}
