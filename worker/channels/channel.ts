import type { ChannelOf, ChannelType, OutgoingMessage } from '#shared/alert/channel.ts';
import type { SafeFetch } from '#shared/node/http/safe-fetch.ts';
import type { Mailer } from './mailer.ts';

/** What a channel works with; the composition root builds it once. */
export interface ChannelDeps {
  fetch: SafeFetch;
  now(): number;
  signal: AbortSignal;
  mailer?: Mailer;
}

export type SendResult = Sent | NotSent;

export interface Sent {
  sent: true;
  httpStatus?: number;
  providerCode?: string;
  /** The provider's own answer, for the Test button and the delivery log. */
  answer: string;
  ms: number;
}

export interface NotSent {
  sent: false;
  /** False: the same request would be refused again; a person must change the configuration. */
  retry: boolean;
  /** The provider's own word on when to come back. */
  retryAfterMs?: number;
  /** The receiver said it is gone for good (HTTP 410): switch the channel off. */
  gone?: boolean;
  reason: FailureReason;
  httpStatus?: number;
  providerCode?: string;
  /** What the provider, or the network, said; secrets removed. */
  answer: string;
  /** Parts of a split message that did arrive before this failure. */
  partsSent: number;
  ms: number;
}

export type FailureReason =
  /** HTTP 2xx, but the body says no. */
  | 'provider-refused'
  | 'http-status'
  | 'rate-limited'
  | 'redirected'
  | 'gone'
  /** HTTP 2xx with a body that is not this provider's. */
  | 'unreadable-answer'
  | 'address-refused'
  | 'answer-too-large'
  | 'timeout'
  | 'network'
  /** The program is stopping. */
  | 'interrupted'
  /** No mailer, or the like. */
  | 'not-available';

/** One request to a provider, ready to send. */
export interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** The body's own verdict on an answer with status 2xx. */
export type BodyVerdict = { ok: true; code?: string } | Refusal;

export interface Refusal {
  ok: false;
  code?: string;
  reason: FailureReason;
  retry: boolean;
  retryAfterMs?: number;
}

/** A provider reached over HTTP, as two pure functions. Several calls: the message was split. */
export interface HttpChannel<T extends ChannelType> {
  render(channel: ChannelOf<T>, message: OutgoingMessage, now: number): Call[];
  judge(text: string): BodyVerdict;
  /** What an answer outside 2xx says beyond its status. */
  judgeError(text: string): { code?: string; retryAfterMs?: number };
}

export type HttpChannelType = Exclude<ChannelType, 'email'>;
