import { Redis } from 'ioredis';

export interface RedisFacts {
  version: string;
  memoryMb: number;
  maxMemoryMb: number | null;
  aof: boolean;
  policy: string;
  timeMs: number;
}

/** Reads what the System page shows of Redis, over one connection of its own. */
export function createRedisProbe(
  url: string,
  onError: (error: Error) => void,
): () => Promise<RedisFacts> {
  const client = new Redis(url, {
    maxRetriesPerRequest: 1,
    lazyConnect: true,
    enableOfflineQueue: true,
  });
  client.on('error', onError);
  return async () => {
    const [info, [seconds, micros]] = await Promise.all([client.info(), client.time()]);
    const read = (name: string): string =>
      new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
    const max = Number(read('maxmemory'));
    return {
      version: read('redis_version'),
      memoryMb: Math.round(Number(read('used_memory')) / 1e5) / 10,
      maxMemoryMb: max > 0 ? Math.round(max / 1e6) : null,
      aof: read('aof_enabled') === '1',
      policy: read('maxmemory_policy'),
      timeMs: Number(seconds) * 1000 + Math.round(Number(micros) / 1000),
    };
  };
}
