import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Secrets at rest (channel tokens, passwords): AES-256-GCM under a key that lives in a file of its own, so that a copy
 * of the database alone opens nothing. Sealed text: `v1.<key id>.<base64url of 12 bytes nonce, 16 bytes tag, text>`.
 */
export interface SecretBox {
  /** `purpose` (e.g. a channel id) is bound in: a sealed text moved to another row does not open. */
  seal(secret: string, purpose: string): string;
  /** Throws a `SecretError` that says what is wrong. */
  open(sealed: string, purpose: string): string;
}

export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code: 'wrong-key' | 'damaged' | 'unknown-format' | 'bad-key-file';

  constructor(code: SecretError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** Reads the key file, or makes it (readable by the owner only) the first time. */
export async function loadSecretBox(keyFile: string): Promise<SecretBox> {
  return createSecretBox(await readOrCreateKey(keyFile));
}

export function createSecretBox(key: Uint8Array): SecretBox {
  // Tells a wrong key from damage, and says nothing about the key.
  const keyId = createHash('sha256').update('weimai key id').update(key).digest('hex').slice(0, 8);

  return {
    seal(secret, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      const packed = Buffer.concat([nonce, cipher.getAuthTag(), text]);
      return `v1.${keyId}.${packed.toString('base64url')}`;
    },

    open(sealed, purpose) {
      const parts = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/.exec(sealed);
      if (!parts) throw new SecretError('unknown-format', 'not a sealed secret of this version');
      if (parts[1] !== keyId) {
        throw new SecretError(
          'wrong-key',
          `sealed with key ${parts[1]}, but the key file holds key ${keyId}: restore the old key file or enter the secret again`,
        );
      }
      const packed = Buffer.from(parts[2] ?? '', 'base64url');
      const nonce = packed.subarray(0, NONCE_BYTES);
      const tag = packed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(purpose))
          .setAuthTag(tag);
        const text = decipher.update(packed.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (error) {
        throw new SecretError('damaged', 'the sealed secret was changed or belongs elsewhere', {
          cause: error,
        });
      }
    },
  };
}

/** A signing secret for Standard Webhooks: `whsec_` and 32 random bytes. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

async function readOrCreateKey(keyFile: string): Promise<Uint8Array> {
  await mkdir(dirname(keyFile), { recursive: true });
  try {
    // Server and worker may start together: `wx` lets exactly one of them make the key.
    const file = await open(keyFile, 'wx', 0o600);
    try {
      const key = randomBytes(KEY_BYTES);
      await file.writeFile(`${key.toString('base64')}\n`);
      await file.sync();
      return key;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readKey(keyFile);
}

async function readKey(keyFile: string): Promise<Uint8Array> {
  // The maker may still be writing.
  for (let tries = 0; tries < 50; tries += 1) {
    const key = Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'base64');
    if (key.length === KEY_BYTES) {
      // A restored backup often loses the mode.
      if (((await stat(keyFile)).mode & 0o077) !== 0) await chmod(keyFile, 0o600);
      return key;
    }
    if (key.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new SecretError('bad-key-file', `${keyFile} does not hold a key of ${KEY_BYTES} bytes`);
}
