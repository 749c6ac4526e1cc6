import { describe, expect, it } from 'vitest';
import type { System } from '#shared/wire/api.ts';
import {
  type OpenApi,
  curlOf,
  fieldsOf,
  routesOf,
  typeText,
} from '../../../web/src/docs/openapi.ts';
import { diagnosisOf, findProblems } from '../../../web/src/system/problems.ts';

const WELL: System = {
  version: '1.0.0',
  uptimeSeconds: 60,
  node: 'v20.20.2',
  mode: { queue: 'postgres', store: 'embedded' },
  ingest: { postsPerSecond: 3, perMinute: [] },
  queue: { waiting: 0, active: 0, delayed: 0, failed: 0, oldestSeconds: null },
  latency: { p50Ms: 40, p95Ms: 200, p99Ms: 400, batches: 9 },
  workers: [
    {
      id: 'w',
      host: 'secret-host',
      pid: 1,
      beatAt: '2025-01-27T00:00:00Z',
      state: 'ok',
      postsPerSecond: 3,
      rssMb: 300,
    },
  ],
  store: { version: '18.4', sizeMb: 40, connections: 9, partitions: 2, oldestAt: null },
  redis: null,
  clocks: { appMs: 1000, storeMs: 1010, redisMs: null },
  disk: { freeMb: 70_000, totalMb: 250_000, daysLeft: 900 },
  sockets: { clients: 1, eventsPerSecond: 4 },
  notifications: { waiting: 0, sent: 3, failed: 0 },
  process: { rssMb: 120, loopDelayMs: 20 },
};

describe('what needs attention', () => {
  it('nothing, when all is well', () => {
    expect(findProblems(WELL)).toEqual([]);
  });
  const worker = WELL.workers[0];
  it.each([
    ['no-worker', { workers: [] }],
    ['no-worker', { workers: [{ ...worker, state: 'gone' }] }],
    ['worker-late', { workers: [{ ...worker, state: 'late' }] }],
    ['queue', { queue: { ...WELL.queue, oldestSeconds: 61 } }],
    ['failed', { queue: { ...WELL.queue, failed: 1 } }],
    ['latency', { latency: { ...WELL.latency, p95Ms: 5_001 } }],
    ['disk', { disk: { freeMb: 1_999, totalMb: 250_000, daysLeft: null } }],
    ['disk', { disk: { freeMb: 70_000, totalMb: 250_000, daysLeft: 13 } }],
    ['clock', { clocks: { appMs: 0, storeMs: 501, redisMs: null } }],
    [
      'redis-policy',
      { redis: { version: '7', memoryMb: 1, maxMemoryMb: null, aof: true, policy: 'allkeys-lru' } },
    ],
    [
      'redis-memory',
      { redis: { version: '7', memoryMb: 90, maxMemoryMb: 100, aof: true, policy: 'noeviction' } },
    ],
    ['notifications', { notifications: { waiting: 0, sent: 0, failed: 2 } }],
    ['loop', { process: { rssMb: 1, loopDelayMs: 201 } }],
  ])('%s, when %j', (code, change) => {
    expect(findProblems({ ...WELL, ...change } as System).map((problem) => problem.code)).toEqual([
      code,
    ]);
  });
  it('the diagnosis names no machine', () => {
    expect(diagnosisOf(WELL, 'browser')).not.toContain('secret-host');
  });
});

const DOCUMENT: OpenApi = {
  paths: {
    '/livez': { get: {} },
    '/live': { get: {} },
    '/api/v1/topics/{id}': {
      get: { tags: ['topics'], parameters: [{ name: 'id', in: 'path', required: true }] },
      patch: {
        tags: ['topics'],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Topic' } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Topic: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', maxLength: 80 },
          aliases: { type: 'array', items: { type: 'string' }, default: [] },
          parent: { $ref: '#/components/schemas/Topic' },
        },
      },
    },
  },
};

describe('the API page', () => {
  it('shows the API, groups it by tag, untagged last, and leaves the pages’ own addresses out', () => {
    const groups = routesOf(DOCUMENT);
    expect([...groups.keys()]).toEqual(['topics', '']);
    expect([...groups.values()].flat().map((route) => `${route.method} ${route.path}`)).toEqual([
      'get /api/v1/topics/{id}',
      'patch /api/v1/topics/{id}',
      'get /livez',
    ]);
  });
  it('follows references and stops at schemas that hold themselves', () => {
    const fields = fieldsOf(DOCUMENT, { $ref: '#/components/schemas/Topic' });
    expect(fields[0]).toMatchObject({
      path: 'name',
      required: true,
      type: 'string',
      limits: '≤ 80',
    });
    expect(fields.length).toBeLessThan(40);
    expect(typeText(DOCUMENT, { anyOf: [{ type: 'string' }, { type: 'null' }] })).toBe(
      'string | null',
    );
  });
  it('examples hold what is required and quote for the shell', () => {
    const patch = routesOf(DOCUMENT).get('topics')?.[1];
    if (patch === undefined) throw new Error('missing route');
    expect(curlOf(DOCUMENT, patch, 'http://h')).toBe(
      "curl -X PATCH 'http://h/api/v1/topics/ID' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"name\":\"name\"}'",
    );
  });
});
