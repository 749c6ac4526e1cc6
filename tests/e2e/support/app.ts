import { startTestServer } from '../../support/server.ts';
import { waitFor } from '../../support/wait.ts';

export interface TestApp {
  url: string;
  /** Null when WEIMAI_E2E_URL points to a server that was there already. */
  server: Awaited<ReturnType<typeof startTestServer>> | null;
  stop: () => Promise<void>;
}

interface SeriesAnswer {
  topics: { points: { n: number }[] }[];
}

/** The real server with the demo playing and its evening counted; WEIMAI_E2E_URL uses a running one instead. */
export async function startDemoApp(): Promise<TestApp> {
  const running = process.env['WEIMAI_E2E_URL'];
  if (running !== undefined) return { url: running, server: null, stop: async () => undefined };
  const server = await startTestServer({ workers: 1 });
  const started = await server.send('POST', '/api/v1/demo', { action: 'start', speed: 60 });
  if (!started.ok) throw new Error(`the demo did not start: ${await started.text()}`);
  await waitFor(
    'the demo to show the last hour',
    async () => {
      const series = await server.get<SeriesAnswer>('/api/v1/series?topics=deepseek&step=1m');
      return (series.topics[0]?.points ?? []).filter((point) => point.n > 0).length > 40;
    },
    90_000,
  );
  return { url: server.url, server, stop: () => server.stop() };
}

/** The real server with an empty store. */
export async function startEmptyApp(): Promise<TestApp> {
  const server = await startTestServer({ workers: 1 });
  return { url: server.url, server, stop: () => server.stop() };
}
