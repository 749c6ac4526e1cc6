import { createHash } from 'node:crypto';
import type { ChannelOf, OutgoingMessage } from '#shared/alert/channel.ts';
import { RefusedUrl } from '#shared/node/http/address-guard.ts';
import type { ChannelDeps, FailureReason } from './channel.ts';
import { escapeHtml, linkTarget } from './escape.ts';
import { factsOf } from './facts.ts';
import type { Mail } from './mailer.ts';
import { WORDS } from './wording.ts';

export type MailOutcome =
  | { sent: true; answer: string; providerCode?: string }
  | {
      sent: false;
      retry: boolean;
      reason: FailureReason;
      answer: string;
      providerCode?: string;
      partsSent: number;
    };

export async function sendEmail(
  channel: ChannelOf<'email'>,
  message: OutgoingMessage,
  deps: Pick<ChannelDeps, 'mailer' | 'signal'>,
): Promise<MailOutcome> {
  if (!deps.mailer) return notSent('not-available', false, 'no mailer');
  try {
    const answer = await deps.mailer(channel, renderMail(channel, message), deps.signal);
    return { sent: true, answer, ...codeOf(answer) };
  } catch (error) {
    if (deps.signal.aborted) return notSent('interrupted', true, 'stopped');
    return judgeMailError(error);
  }
}

/** SMTP's own word: 4yz is worth another try, 5yz is not (RFC 5321); before an answer it was the network. */
export function judgeMailError(error: unknown): MailOutcome {
  if (error instanceof RefusedUrl) return notSent('address-refused', false, error.message);
  const failure = error instanceof Error ? error : new Error(String(error));
  const { responseCode, response, code } = failure as Error & {
    responseCode?: unknown;
    response?: unknown;
    code?: unknown;
  };
  const answer = typeof response === 'string' ? response : failure.message;
  if (typeof responseCode === 'number') {
    const outcome = notSent('provider-refused', responseCode < 500, answer);
    return { ...outcome, providerCode: String(responseCode) };
  }
  // Wrong account, unreadable address, no STARTTLS: a person must change something.
  const isSetting = ['EAUTH', 'ENOAUTH', 'EENVELOPE', 'ETLS', 'EMESSAGE'].includes(String(code));
  if (isSetting) return notSent('provider-refused', false, answer);
  return notSent(code === 'ETIMEDOUT' ? 'timeout' : 'network', true, answer);
}

export function renderMail(channel: ChannelOf<'email'>, message: OutgoingMessage): Mail {
  const { incidentId } = factsOf(message);
  const domain = channel.from.slice(channel.from.lastIndexOf('@') + 1);
  const first = `<${hash(`incident ${incidentId}`)}@${domain}>`;
  const opens = message.kind === 'firing';
  const ready = readyMail(message);
  if (ready) return { messageId: `<${hash(message.key)}@${domain}>`, ...ready };
  return {
    // The same for every repeat of this notification, so that mail servers can tell.
    messageId: incidentId !== '' && opens ? first : `<${hash(message.key)}@${domain}>`,
    ...(incidentId !== '' && !opens ? { thread: first } : {}),
    subject: message.title,
    text: [
      message.title,
      '',
      ...message.lines,
      ...(message.url === '' ? [] : ['', message.url]),
    ].join('\n'),
    html: renderHtml(message, channel.lang),
    attachments: (message.attachments ?? []).map(({ name, contentType, body }) => ({
      filename: name,
      contentType,
      content: Buffer.from(body),
    })),
  };
}

/** A report comes with its own body and files, as the outbox keeps them (JSON, contents as base64). */
function readyMail(message: OutgoingMessage): Omit<Mail, 'messageId'> | null {
  const mail =
    message.kind === 'report' ? (message.data.mail as PackedMail | undefined) : undefined;
  if (mail === undefined) return null;
  const { subject, html, text, attachments } = mail;
  return {
    subject,
    html,
    text,
    attachments: attachments.map((file) => ({
      ...file,
      content: Buffer.from(file.content, 'base64'),
    })),
  };
}

interface PackedMail {
  subject: string;
  html: string;
  text: string;
  attachments: { filename: string; contentType: string; content: string; cid?: string }[];
}

/** Mail programs know little CSS: inline, no images, readable without any. */
function renderHtml(message: OutgoingMessage, lang: ChannelOf<'email'>['lang']): string {
  const colour = { critical: '#b3261e', warning: '#b26a00', ok: '#2e7d32' }[message.severity];
  const url = escapeHtml(linkTarget(message.url));
  const button =
    url === ''
      ? ''
      : `<p><a href="${url}" style="color:#1a56b0">${escapeHtml(WORDS[lang].view)}</a></p>`;
  return [
    `<!doctype html><html lang="${lang}"><meta charset="utf-8">`,
    "<body style=\"margin:0;padding:24px;font:15px/1.7 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;color:#1c1b1f\">",
    `<h1 style="margin:0 0 12px;padding-left:10px;border-left:4px solid ${colour};font-size:18px">${escapeHtml(message.title)}</h1>`,
    ...message.lines.map((line) => `<p style="margin:0 0 6px">${escapeHtml(line)}</p>`),
    button,
    '</body></html>',
  ].join('\n');
}

function notSent(
  reason: FailureReason,
  retry: boolean,
  answer: string,
): MailOutcome & { sent: false } {
  return { sent: false, retry, reason, answer, partsSent: 0 };
}

function codeOf(answer: string): { providerCode?: string } {
  const code = /^\d{3}\b/.exec(answer)?.[0];
  return code === undefined ? {} : { providerCode: code };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
