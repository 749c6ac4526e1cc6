import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutgoingMessage } from '#shared/alert/channel.ts';
import { startReceiver } from '../support/receiver.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

let server: TestServer;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer({
    workers: 0,
    env: { WEIMAI_ALLOW_PRIVATE_WEBHOOKS: '127.0.0.0/8' },
  });
});
afterAll(async () => {
  await server.stop();
  await receiver.close();
});

const message = (key: string): OutgoingMessage => ({
  key,
  kind: 'test',
  title: key,
  lines: ['一行'],
  url: '',
  severity: 'ok',
  at: Date.now(),
  data: {},
});

test('killed at every step of a notification: none missed, repeats carry the same key', async () => {
  const made = await server.send('POST', '/api/v1/channels', {
    id: 'hook',
    type: 'webhook',
    name: 'hook',
    url: receiver.url,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  });
  expect(made.status).toBe(201);
  const keys: string[] = [];
  for (const point of ['before-group', 'before-send', 'after-send']) {
    const key = `killed-${point}`;
    keys.push(key);
    await server.database.store.outbox.addNow(
      [{ incidentId: null, channelId: 'hook', message: message(key) }],
      Date.now(),
    );
    const worker = await server.startWorker({ WEIMAI_CRASH: `${point}:1` });
    await waitFor(`the worker to die ${point}`, () => worker.signalCode === 'SIGKILL', 60_000);
    expect(
      (await server.database.store.outbox.list({ channelId: 'hook', limit: 20 })).some(
        (row) => row.key === key && row.state === 'sent',
      ),
    ).toBe(false);
  }
  await server.startWorker();
  await waitFor(
    'every notification to be sent',
    async () => {
      const rows = await server.database.store.outbox.list({ channelId: 'hook', limit: 20 });
      return keys.every((key) => rows.some((row) => row.key === key && row.state === 'sent'));
    },
    90_000,
  );
  const ids = receiver.requests.map((request) => String(request.headers['webhook-id']));
  for (const key of keys) expect(ids).toContain(key);
  // What was sent just before a kill came again, under the same id and with the same words.
  const contents = new Map<string, string[]>();
  for (const request of receiver.requests) {
    const id = String(request.headers['webhook-id']);
    contents.set(id, [...(contents.get(id) ?? []), JSON.stringify(JSON.parse(request.body).data)]);
  }
  expect(Math.max(...[...contents.values()].map((bodies) => bodies.length))).toBeGreaterThanOrEqual(
    2,
  );
  for (const [id, bodies] of contents) expect(new Set(bodies).size, id).toBe(1);
}, 240_000);
