import { defineConfig } from 'vitest/config';

export default defineConfig({
  // oxlint-disable-next-line import/no-default-export -- vitest reads the default export
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['tests/{unit,contract,integration,faults,e2e}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/support/global-setup.ts'],
    // Real databases, processes and browsers on two cores.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A waiting assertion ends when it holds; one second is short for a browser beside a killed worker.
    expect: { poll: { timeout: 10_000 } },
    // CI shares two cores among browsers, databases and killed processes: a browser test may lose a race there.
    retry: process.env.CI ? 2 : 0,
    maxWorkers: 2,
    pool: 'forks',
  },
});
