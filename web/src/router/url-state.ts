/**
 * Page state as a query string: every view is a permalink. Pure; `router.ts` binds it to the address bar.
 * Values equal to their default are left out, parameters of others are kept as they are.
 */
export interface Codec<T> {
  /** `null` = this value does not belong into the URL (the default). */
  format: (value: T) => string | null;
  /** Anything unreadable gives the default. */
  parse: (text: string | null) => T;
}
// oxlint-disable-next-line typescript/no-explicit-any -- a table of codecs of different types; StateOf keeps each
export type Codecs = Readonly<Record<string, Codec<any>>>;
export type StateOf<C> = { [K in keyof C]: C[K] extends Codec<infer T> ? T : never };

export function parseState<C extends Codecs>(codecs: C, search: string): StateOf<C> {
  const params = new URLSearchParams(search);
  const state: Record<string, unknown> = {};
  for (const [name, codec] of Object.entries(codecs)) state[name] = codec.parse(params.get(name));
  return state as StateOf<C>;
}

/** The search string (with `?`, or empty) of `state` over what `search` already holds. */
export function formatState<C extends Codecs>(codecs: C, state: StateOf<C>, search = ''): string {
  const params = new URLSearchParams(search);
  for (const [name, codec] of Object.entries(codecs)) {
    const text = codec.format(state[name as keyof C]);
    if (text === null) params.delete(name);
    else params.set(name, text);
  }
  // Commas and colons are legal in a query and far easier to read unescaped.
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

export function text(otherwise = ''): Codec<string> {
  return {
    parse: (value) => value ?? otherwise,
    format: (value) => (value === otherwise ? null : value),
  };
}

export function oneOf<const T extends string>(
  allowed: readonly T[],
  otherwise: NoInfer<T>,
): Codec<T> {
  return {
    parse: (value) => allowed.find((item) => item === value) ?? otherwise,
    format: (value) => (value === otherwise ? null : value),
  };
}

/** Comma-separated ids; `max` cuts off what a view could not show. */
export function list(max = 50): Codec<readonly string[]> {
  return {
    parse: (value) =>
      value === null || value === ''
        ? []
        : [...new Set(value.split(',').filter((item) => item !== ''))].slice(0, max),
    format: (value) => (value.length === 0 ? null : value.join(',')),
  };
}

export function flag(): Codec<boolean> {
  return { parse: (value) => value === '1', format: (value) => (value ? '1' : null) };
}

export function integer(otherwise: number, min: number, max: number): Codec<number> {
  return {
    parse: (value) => {
      if (value === null || !/^-?\d{1,15}$/.test(value)) return otherwise;
      return Math.min(max, Math.max(min, Number(value)));
    },
    format: (value) => (value === otherwise ? null : String(value)),
  };
}

/** An instant to the second; null = not set. Any ISO 8601 form is read, UTC is written. */
export function instant(): Codec<number | null> {
  return {
    parse: (value) => {
      if (value === null) return null;
      const at = Date.parse(value.replace(' ', '+'));
      return Number.isNaN(at) ? null : Math.floor(at / 1000) * 1000;
    },
    format: (value) =>
      value === null ? null : new Date(value).toISOString().replace('.000Z', 'Z'),
  };
}
