import type { BodyVerdict } from './channel.ts';

/** Reads a JSON object; undefined for anything else. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON is one of the expected answers (captive portals, wrong address): the caller names it.
    return undefined;
  }
}

/**
 * The rule of providers that answer HTTP 200 even when they refuse: delivered only when the body's code is the good
 * one. `rateCodes` say "too fast" and when to come back; every other code is a configuration error.
 */
export function judgeByCode(options: {
  field: string;
  good: number;
  rateCodes?: Readonly<Record<string, number>>;
}): (text: string) => BodyVerdict {
  return (text) => {
    const value = jsonObject(text)?.[options.field];
    if (typeof value !== 'number' && typeof value !== 'string') {
      return { ok: false, reason: 'unreadable-answer', retry: false };
    }
    const code = String(value);
    if (code === String(options.good)) return { ok: true, code };
    const retryAfterMs = options.rateCodes?.[code];
    if (retryAfterMs === undefined) {
      return { ok: false, code, reason: 'provider-refused', retry: false };
    }
    return { ok: false, code, reason: 'rate-limited', retry: true, retryAfterMs };
  };
}

/** The provider's number for what went wrong, from the body of an error answer. */
export function codeIn(text: string): { code?: string } {
  const body = jsonObject(text);
  const code = body?.errcode ?? body?.code;
  return typeof code === 'number' ? { code: String(code) } : {};
}
