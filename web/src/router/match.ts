/** `/topics/:id?` against `/topics/ernie` → `{ id: 'ernie' }`; null when it does not fit. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter((part) => part !== '');
  const given = path.split('/').filter((part) => part !== '');
  if (given.length > wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    if (part.startsWith(':')) {
      if (value === undefined) {
        if (!part.endsWith('?')) return null;
        continue;
      }
      params[part.slice(1).replace('?', '')] = decode(value);
    } else if (part !== value) return null;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    // A hand-typed address with a stray % is simply taken literally.
    if (cause instanceof URIError) return text;
    throw cause;
  }
}
