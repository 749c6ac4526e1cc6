import path from 'node:path';
import { z } from 'zod';
import { projectRoot } from './root.ts';

/**
 * Every variable of every process, with a default that makes `npm start` work on a bare machine.
 * Documented in .env.example. All problems are listed together.
 */
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', ''])
    .default('')
    .transform((value) =>
      value === '' ? fallback : value === 'true' || value === '1' || value === 'yes',
    );
const port = z.coerce.number().int().min(0).max(65_535);
const optionalText = z
  .string()
  .default('')
  .transform((value) => (value === '' ? undefined : value));
const wholeNumber = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

export const envSchema = z.object({
  PORT: port.default(7700),
  HOST: z.string().default('127.0.0.1'),
  WEIMAI_HOME: z.string().default('.weimai'),
  DATABASE_URL: optionalText,
  REDIS_URL: optionalText,
  WEIMAI_TZ: z
    .string()
    .default('Asia/Shanghai')
    .refine(isZone, 'is not a time zone name such as Asia/Shanghai'),
  WEIMAI_ADMIN_PASSWORD: z
    .string()
    .default('')
    .refine(
      (value) => value === '' || (value.length >= 8 && value.length <= 128),
      'must have 8 to 128 characters',
    )
    .transform((value) => (value === '' ? undefined : value)),
  WEIMAI_URL: optionalText.refine(
    (value) => value === undefined || URL.canParse(value),
    'is not an address such as https://mood.example.org',
  ),
  WEIMAI_LOG: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
  WEIMAI_WORKERS: wholeNumber(1, 1, 64),
  WEIMAI_BATCH: wholeNumber(500, 1, 1000),
  WEIMAI_CONCURRENCY: wholeNumber(2, 1, 16),
  WEIMAI_MAX_WAITING: wholeNumber(2000, 10, 1_000_000),
  WEIMAI_STORE_UNMATCHED: flag(true),
  WEIMAI_DEMO: flag(true),
  WEIMAI_ALLOW_PRIVATE_WEBHOOKS: z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  WEIMAI_SECOND_OPINION_URL: optionalText.refine(
    (value) => value === undefined || (/^https?:\/\//.test(value) && URL.canParse(value)),
    'is not an address such as http://127.0.0.1:8080/opinion',
  ),
  WEIMAI_SECOND_OPINION_MODEL: optionalText,
  WEIMAI_SECOND_OPINION_BUDGET: wholeNumber(20, 1, 10_000),
  WEIMAI_SECOND_OPINION_TIMEOUT_MS: wholeNumber(2000, 10, 60_000),
  WEIMAI_KEY_FILE: optionalText,
  WEIMAI_TLS: flag(false),
  WEIMAI_TRUST_PROXY: flag(false),
});
export type Env = z.infer<typeof envSchema>;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // RangeError is the answer "not a zone"
  }
}

/** Parses the environment; throws one Error that lists every problem. Unknown WEIMAI_* names are told in `warnings`. */
export function parseEnv(source: NodeJS.ProcessEnv): {
  env: Env;
  home: string;
  warnings: string[];
} {
  const parsed = envSchema.safeParse(source);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(
      `The configuration has ${lines.length} problem${lines.length === 1 ? '' : 's'}:\n${lines.join('\n')}`,
    );
  }
  const known = new Set(Object.keys(envSchema.shape));
  const internal = new Set(['WEIMAI_DATA', 'WEIMAI_TEST_ALL', 'WEIMAI_CRASH', 'WEIMAI_NO_BROWSER']);
  const warnings = Object.keys(source)
    .filter((name) => name.startsWith('WEIMAI_') && !known.has(name) && !internal.has(name))
    .map((name) => `${name} is not a setting of Weimai`);
  return { env: parsed.data, home: path.resolve(projectRoot(), parsed.data.WEIMAI_HOME), warnings };
}
