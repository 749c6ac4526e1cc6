/**
 * How a worker process is started wherever we start one. Measured: young space of 4 MB and one trimmed malloc arena keep
 * it near 420 MB instead of 560 (230 of them are nodejieba's), for about 3 % more CPU.
 */
export const WORKER_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=384'];
/**
 * 130 MB under load instead of 230, for no CPU that could be measured: a smaller limit makes V8 collect the long strings of
 * jobs sooner. package.json (start), Dockerfile and docker-compose.yml say the same.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512'];
export const MALLOC_ENV = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };
