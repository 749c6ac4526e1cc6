/** The part of OpenAPI 3.1 that our server writes, read leniently: an unknown shape is left out, never fatal. */
export interface OpenApi {
  info?: { title?: string; version?: string; description?: string };
  paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components?: { schemas?: Readonly<Record<string, Schema>> };
}
export interface Operation {
  tags?: readonly string[];
  summary?: string;
  description?: string;
  parameters?: readonly Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Readonly<Record<string, { description?: string; content?: Content }>>;
}
export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}
export type Content = Readonly<Record<string, { schema?: Schema }>>;
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
}

export interface Route {
  id: string;
  method: string;
  path: string;
  tag: string;
  operation: Operation;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Operations in the order of the document, grouped by their first tag. Addresses of pages are left out. */
export function routesOf(document: OpenApi): Map<string, Route[]> {
  const groups = new Map<string, Route[]>();
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    if (!path.startsWith('/api/') && !['/livez', '/readyz', '/metrics'].includes(path)) continue;
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation === undefined) continue;
      const tag = operation.tags?.[0] ?? '';
      const route = {
        id: `${method}-${path}`.replace(/[^a-z0-9]+/gi, '-'),
        method,
        path,
        tag,
        operation,
      };
      groups.set(tag, [...(groups.get(tag) ?? []), route]);
    }
  }
  // Routes without a tag are for machines: they come last.
  const untagged = groups.get('');
  if (untagged !== undefined) {
    groups.delete('');
    groups.set('', untagged);
  }
  return groups;
}

/** Follows `$ref` one step; a broken one is an empty schema. */
export function resolve(document: OpenApi, schema: Schema | undefined): Schema {
  if (schema?.$ref === undefined) return schema ?? {};
  const name = schema.$ref.split('/').at(-1) ?? '';
  return document.components?.schemas?.[name] ?? {};
}

/** `string`, `number | null`, `"zh" | "en"`, `object[]`. */
export function typeText(document: OpenApi, schema: Schema | undefined): string {
  const found = resolve(document, schema);
  if (found.const !== undefined) return JSON.stringify(found.const);
  if (found.enum !== undefined) return found.enum.map((value) => JSON.stringify(value)).join(' | ');
  const parts = found.anyOf ?? found.oneOf;
  if (parts !== undefined)
    return [...new Set(parts.map((part) => typeText(document, part)))].join(' | ');
  if (found.type === 'array') {
    const item = typeText(document, found.items);
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }
  if (Array.isArray(found.type)) return found.type.join(' | ');
  if (typeof found.type === 'string')
    return found.format === undefined ? found.type : `${found.type} (${found.format})`;
  return found.properties === undefined ? 'any' : 'object';
}

/** Limits and default in short: `1…200`, `≤ 500`, `= 50`. */
export function limitsText(document: OpenApi, schema: Schema | undefined): string {
  const found = resolve(document, schema);
  const [low, high] = [found.minimum ?? found.minLength, found.maximum ?? found.maxLength];
  const far = (value: number | undefined) =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
  const [from, to] = [far(low), far(high)];
  const parts: string[] = [];
  if (from !== undefined && to !== undefined) parts.push(`${from}…${to}`);
  else if (from !== undefined) parts.push(`≥ ${from}`);
  else if (to !== undefined) parts.push(`≤ ${to}`);
  if (found.default !== undefined) parts.push(`= ${JSON.stringify(found.default)}`);
  return parts.join(', ');
}

export interface Field {
  path: string;
  depth: number;
  required: boolean;
  type: string;
  limits: string;
}

const DEEPEST = 5;

/** The fields of an object schema, nested ones under their parent, in order; arrays show their items' fields. */
export function fieldsOf(document: OpenApi, schema: Schema | undefined, depth = 0): Field[] {
  if (depth > DEEPEST) return [];
  const found = objectOf(document, schema);
  const fields: Field[] = [];
  for (const [name, property] of Object.entries(found.properties ?? {})) {
    fields.push({
      path: name,
      depth,
      required: found.required?.includes(name) ?? false,
      type: typeText(document, property),
      limits: limitsText(document, property),
    });
    fields.push(...fieldsOf(document, property, depth + 1));
  }
  return fields;
}

/** The object behind a schema: through arrays, references and `X | null`. */
function objectOf(document: OpenApi, schema: Schema | undefined): Schema {
  const found = resolve(document, schema);
  if (found.items !== undefined) return objectOf(document, found.items);
  const parts = found.anyOf ?? found.oneOf ?? found.allOf;
  if (found.properties === undefined && parts !== undefined) {
    const part = parts.find((candidate) => resolve(document, candidate).type !== 'null');
    return part === undefined ? found : objectOf(document, part);
  }
  return found;
}

/** A value that fits the schema: its default, its first choice, or something plain. */
export function exampleOf(
  document: OpenApi,
  schema: Schema | undefined,
  name = '',
  depth = 0,
): unknown {
  const found = resolve(document, schema);
  if (found.default !== undefined) return found.default;
  if (found.const !== undefined) return found.const;
  if (found.enum !== undefined) return found.enum[0];
  const parts = found.anyOf ?? found.oneOf;
  if (parts !== undefined) return exampleOf(document, parts[0], name, depth);
  const type = Array.isArray(found.type) ? found.type[0] : found.type;
  if (type === 'array') return depth > 3 ? [] : [exampleOf(document, found.items, name, depth + 1)];
  if (type === 'object' || found.properties !== undefined) {
    if (depth > 3) return {};
    const wanted = Object.entries(found.properties ?? {}).filter(
      ([key, property]) =>
        found.required?.includes(key) === true && resolve(document, property).default === undefined,
    );
    return Object.fromEntries(
      wanted.map(([key, property]) => [key, exampleOf(document, property, key, depth + 1)]),
    );
  }
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return Math.max(1, found.minimum ?? 1);
  if (type === 'null') return null;
  return exampleText(name, found.format);
}

function exampleText(name: string, format: string | undefined): string {
  if (format === 'uri' || name === 'url') return 'https://example.org/feed.xml';
  if (/At$|^from$|^to$|^until$|^at$/.test(name)) return '2025-01-27T21:00:00+08:00';
  if (name === 'text') return 'DeepSeek 真好用';
  if (name === 'time') return '08:07';
  if (/zone/i.test(name)) return 'Asia/Shanghai';
  if (name === 'day') return '2025-01-27';
  if (/^topics?$/.test(name)) return 'deepseek';
  return name === '' ? 'text' : name;
}

/** A command that works as it stands (with a key where one is asked for). */
export function curlOf(document: OpenApi, route: Route, origin: string): string {
  const { operation, method } = route;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => pathExample(name));
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(
      (parameter) =>
        `${parameter.name}=${encodeURIComponent(String(exampleOf(document, parameter.schema, parameter.name)))}`,
    );
  const url = `${origin}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${url}'`];
  const content = operation.requestBody?.content ?? {};
  const schema = content['application/json']?.schema;
  if (schema !== undefined) {
    const body = JSON.stringify(exampleOf(document, schema)).replaceAll("'", "'\\''");
    lines.push("-H 'Content-Type: application/json'", `-d '${body}'`);
  }
  return lines.join(' \\\n  ');
}

function pathExample(name: string): string {
  if (name === 'day') return '2025-01-27';
  if (name === 'topic' || name === 'id') return name === 'topic' ? 'deepseek' : 'ID';
  return name.toUpperCase();
}
