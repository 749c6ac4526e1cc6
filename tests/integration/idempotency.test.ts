import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startInProcess, type InProcessServer } from '../support/in-process.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server?.close());

const post = (path: string, body: unknown, key: string) =>
  server.send('POST', `/api/v1/${path}`, body, { 'idempotency-key': key });
const count = async (table: string): Promise<number> =>
  (await server.database.db.query(`select count(*)::int as n from ${table}`)).rows[0].n;

describe('Idempotency-Key', () => {
  const topic = { id: 'tea', name: '奶茶', aliases: ['喜茶'] };

  test('the same request again gets the same answer and creates nothing', async () => {
    const before = await count('topics');
    const first = await post('topics', topic, 'k1');
    const again = await post('topics', topic, 'k1');
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await count('topics')).toBe(before + 1);
  });

  test('ten at once make one; nobody gets an error but "in flight"', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        post('notes', { at: '2025-01-27T12:00:00Z', zh: '一次' }, 'k2'),
      ),
    );
    expect(await count('notes')).toBe(1);
    expect(answers.filter((answer) => answer.status === 201).length).toBeGreaterThan(0);
    for (const answer of answers)
      if (answer.status !== 201)
        expect([answer.status, (await answer.json()).code]).toEqual([409, 'idempotency/in-flight']);
  });

  test('another body under the same key is refused', async () => {
    const answer = await post('topics', { ...topic, name: '咖啡' }, 'k1');
    expect([answer.status, (await answer.json()).code]).toEqual([422, 'idempotency/conflict']);
  });

  test('the same key on another route is another key', async () => {
    expect((await post('notes', { at: '2025-01-27T12:00:00Z', zh: '别的' }, 'k1')).status).toBe(
      201,
    );
  });

  test('a failed request leaves its key free', async () => {
    const taken = await post('topics', topic, 'k3');
    expect(taken.status).toBe(409);
    expect((await post('topics', { ...topic, id: 'tea2' }, 'k3')).status).toBe(201);
  });

  test('a first request that never answered is taken for dead after a minute', async () => {
    const body = { at: '2025-01-27T12:00:00Z', zh: '断电' };
    expect((await post('notes', body, 'k4')).status).toBe(201);
    await server.database.db.query('update idempotency_keys set status = null, answer = null');
    expect((await post('notes', body, 'k4')).status).toBe(409);
    await server.database.db.query('update idempotency_keys set at = at - 61000');
    expect((await post('notes', body, 'k4')).status).toBe(201);
  });

  test('a token is made once and its secret is stored nowhere', async () => {
    const made = await post('tokens', { name: 'crawler', scope: 'ingest' }, 'k5');
    const { token } = (await made.json()) as { token: string };
    expect(token).toMatch(/^wm_/);
    const again = await post('tokens', { name: 'crawler', scope: 'ingest' }, 'k5');
    expect([again.status, (await again.json()).code]).toEqual([409, 'idempotency/secret-answer']);
    expect(await count('tokens')).toBe(1);
    const { rows } = await server.database.db.query('select * from idempotency_keys');
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('a member’s password is not part of what is remembered', async () => {
    const member = { name: 'lin', role: 'viewer', password: 'a long password' };
    expect((await post('members', member, 'k6')).status).toBe(201);
    expect((await post('members', { ...member, password: 'another one' }, 'k6')).status).toBe(201);
    expect(await count('members')).toBe(1);
  });

  test.each(['', 'ein schlüssel', 'x'.repeat(201)])('key %j is refused by name', async (key) => {
    const answer = await server.send(
      'POST',
      '/api/v1/notes',
      { at: '2025-01-27T12:00:00Z', zh: 'x' },
      {
        'idempotency-key': Buffer.from(key, 'utf8').toString('latin1'),
      },
    );
    expect(answer.status).toBe(400);
    expect((await answer.json()).errors[0].field).toBe('Idempotency-Key');
  });
});
