import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A local SMTP server that accepts everything it is not told to refuse, and keeps the mails. */
export interface SmtpSink {
  port: number;
  mails: { from: string; to: string[]; data: string }[];
  /** Answer to give instead of the usual one, by command (`RCPT`, `DATA`, `.` for the end of a mail, `AUTH`). */
  refuse: Partial<Record<'MAIL' | 'RCPT' | 'DATA' | '.' | 'AUTH', string>>;
  close(): Promise<void>;
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const mails: SmtpSink['mails'] = [];
  const refuse: SmtpSink['refuse'] = {};
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, mails, refuse);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    refuse,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function converse(socket: Socket, mails: SmtpSink['mails'], refuse: SmtpSink['refuse']): void {
  let mail = { from: '', to: [] as string[], data: '' };
  let inData = false;
  let pending = '';
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  say('220 sink ESMTP');
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    pending += chunk;
    for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      if (inData && line !== '.') mail.data += `${line.replace(/^\.\./, '.')}\r\n`;
      else if (inData) {
        inData = false;
        if (refuse['.'] === undefined) mails.push(mail);
        say(refuse['.'] ?? `250 queued as ${mails.length}`);
        mail = { from: '', to: [], data: '' };
      } else answer(line);
    }
  });

  function answer(line: string): void {
    const command = line.slice(0, 4).toUpperCase();
    if (command === 'EHLO') return say('250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME');
    if (command === 'STAR') return say('502 no encryption here');
    if (command === 'AUTH') return say(refuse.AUTH ?? '235 welcome');
    if (command === 'MAIL') mail.from = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (command === 'RCPT' && !refuse.RCPT) mail.to.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
    if (command === 'DATA') {
      if (refuse.DATA !== undefined) return say(refuse.DATA);
      inData = true;
      return say('354 go on');
    }
    if (command === 'QUIT') return void socket.end('221 bye\r\n');
    say(refuse[command as 'RCPT'] ?? '250 ok');
  }
}
