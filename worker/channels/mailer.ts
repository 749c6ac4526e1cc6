import { isIP } from 'node:net';
import nodemailer from 'nodemailer';
import type { ChannelOf } from '#shared/alert/channel.ts';
import type { AddressGuard } from '#shared/node/http/address-guard.ts';

export interface Mail {
  messageId: string;
  /** Message id of the first mail of the same incident: mail programs show them as one conversation. */
  thread?: string;
  subject: string;
  text: string;
  html: string;
  /** `cid`: a picture inside the body. */
  attachments: { filename: string; contentType: string; content: Buffer; cid?: string }[];
}

/** Hands one mail to one SMTP server; resolves with the server's answer. */
export type Mailer = (
  channel: ChannelOf<'email'>,
  mail: Mail,
  signal: AbortSignal,
) => Promise<string>;

export function createMailer(guard: AddressGuard, timeoutMs = 15_000): Mailer {
  return async (channel, mail, signal) => {
    // Connected to is the address that was judged, never the name.
    const address = await guard.resolve(channel.host);
    const transport = nodemailer.createTransport({
      host: address,
      port: channel.port,
      secure: channel.security === 'tls',
      requireTLS: channel.security === 'starttls',
      ignoreTLS: channel.security === 'none',
      ...(channel.user === '' ? {} : { auth: { user: channel.user, pass: channel.password } }),
      ...(isIP(channel.host) === 0 ? { tls: { servername: channel.host } } : {}),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // Contents come as bytes only; a path or URL in them is never read.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const info = await transport.sendMail({
        from: { name: 'Weimai 微脉', address: channel.from },
        to: channel.to,
        // Closes the connection too when the program stops.
        signal,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        messageId: mail.messageId,
        ...(mail.thread === undefined ? {} : { inReplyTo: mail.thread, references: mail.thread }),
        attachments: mail.attachments,
        // No vacation notes in return (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return info.response;
    } finally {
      transport.close();
    }
  };
}
