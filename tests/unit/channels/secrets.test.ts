import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelSchema } from '#shared/alert/channel.ts';
import {
  createSecretBox,
  loadSecretBox,
  newWebhookSecret,
  SecretError,
} from '#shared/node/secrets.ts';
import { aChannel } from './a-channel.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weimai-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'opened';
  } catch (error) {
    return error instanceof SecretError ? error.code : String(error);
  }
}

describe('a sealed secret', () => {
  const box = createSecretBox(Buffer.alloc(32, 1));

  test.each(['token', '', '密码 🔑', 'x'.repeat(10_000)])('opens to what it was', (secret) => {
    const sealed = box.seal(secret, 'c1');
    expect(box.open(sealed, 'c1')).toBe(secret);
    if (secret !== '') expect(sealed).not.toContain(secret);
  });

  test('looks different every time', () => {
    expect(box.seal('token', 'c1')).not.toBe(box.seal('token', 'c1'));
  });

  test('says that the key is another one', () => {
    const other = createSecretBox(Buffer.alloc(32, 2));
    expect(codeOf(() => other.open(box.seal('token', 'c1'), 'c1'))).toBe('wrong-key');
  });

  test('does not open for another purpose', () => {
    expect(codeOf(() => box.open(box.seal('token', 'c1'), 'c2'))).toBe('damaged');
  });

  test('does not open with any one character changed', () => {
    const sealed = box.seal('token', 'c1');
    for (let at = 12; at < sealed.length; at += 1) {
      const swapped = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + swapped + sealed.slice(at + 1);
      // The last character of base64url may hold unused bits: then nothing was changed.
      const same = Buffer.from(changed.slice(12), 'base64url').equals(
        Buffer.from(sealed.slice(12), 'base64url'),
      );
      expect(codeOf(() => box.open(changed, 'c1'))).toBe(same ? 'opened' : 'damaged');
    }
  });

  test.each(['', 'plain text', 'v2.00000000.AAAA', 'v1.zz.AAAA', 'v1.00000000.'])(
    '%j is not one',
    (text) => {
      expect(codeOf(() => box.open(text, 'c1'))).toBe('unknown-format');
    },
  );
});

describe('the key file', () => {
  test('is made once, for its owner only, and read again', async () => {
    const file = join(folder, 'home', 'secret.key');
    const first = await loadSecretBox(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await loadSecretBox(file)).open(first.seal('token', 'c1'), 'c1')).toBe('token');
  });

  test('is the same for processes that start together', async () => {
    const file = join(folder, 'race.key');
    const boxes = await Promise.all(Array.from({ length: 8 }, () => loadSecretBox(file)));
    const sealed = boxes[0]?.seal('token', 'c1') ?? '';
    for (const box of boxes) expect(box.open(sealed, 'c1')).toBe('token');
  });

  test('that anyone may read is closed again', async () => {
    const file = join(folder, 'open.key');
    await loadSecretBox(file);
    await chmod(file, 0o644);
    await loadSecretBox(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('that holds no key is an error and is left alone', async () => {
    const file = join(folder, 'bad.key');
    await writeFile(file, 'not a key');
    await expect(loadSecretBox(file)).rejects.toMatchObject({ code: 'bad-key-file' });
    expect(await readFile(file, 'utf8')).toBe('not a key');
  });
});

test('a new webhook secret is one the schema accepts', () => {
  expect(channelSchema.parse(aChannel('webhook', { secret: newWebhookSecret() }))).toBeDefined();
});
