import { spawn } from 'node:child_process';
import { io, type Socket } from 'socket.io-client';
import { cpuSeconds, createBodies, nextSerial, post, rssMb, startRunning } from './running.ts';
import { benchTexts } from './texts.ts';

const VIEWERS = Number(process.env['BENCH_VIEWERS'] ?? 500);
const BACKGROUND_PER_SECOND = 20;
const PROBES = 100;
const TOPICS_EACH = 3;
/** Dashboards do not all open in the same instant, but a restart of the server comes near to it. */
const CONNECT_EVERY_MS = 4;

/** Many dashboards on one server while buckets change: what a post takes to reach all of them, and what that costs. */
export async function bench(): Promise<void> {
  const running = await startRunning('postgres', 1);
  try {
    const server = running.processes[0]?.pid ?? 0;
    const idleMb = rssMb(server);
    let largest = idleMb;
    const memory = setInterval(() => {
      largest = Math.max(largest, rssMb(server));
    }, 500);
    const flow = startFlow(running.url);
    const before = { cpu: cpuSeconds(server), at: performance.now() };
    // The viewers live in a process of their own: their parsing must not be mistaken for the server's work.
    const answer = await runPart(['viewers-clients', running.url, String(VIEWERS)]);
    const seconds = (performance.now() - before.at) / 1000;
    const cpu = ((cpuSeconds(server) - before.cpu) / seconds) * 100;
    flow.stop();
    clearInterval(memory);
    process.stdout.write(
      `${answer}  server: ${cpu.toFixed(0)} % of one core over ${seconds.toFixed(0)} s, RSS ${idleMb} MB idle, ${largest} MB at most\n`,
    );
  } finally {
    await running.stop();
  }
}

/** The part that runs as the second process: connects, watches, sends probes, times their arrival at every socket. */
export async function benchClients(url: string, viewers: number): Promise<void> {
  const topics = benchTexts().topics.map(({ id }) => id);
  const began = performance.now();
  const sockets: Socket[] = [];
  const ready: Promise<void>[] = [];
  const firstViews: number[] = [];
  let disconnects = 0;
  const arrivals = { at: [] as number[], done: (): void => undefined };
  const beats: number[] = [];
  for (let i = 0; i < viewers; i++) {
    const opened = performance.now();
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    sockets.push(socket);
    const watched = Array.from(
      { length: Math.min(TOPICS_EACH, topics.length) },
      (_, index) => topics[(i + index) % topics.length],
    );
    socket.on('disconnect', () => disconnects++);
    socket.on('heartbeat', ({ wall }: { wall: number }) => beats.push(Date.now() - wall));
    socket.on('bucket:updated', ({ buckets }: { buckets: { topic: string }[] }) => {
      if (!buckets.some((tick) => tick.topic === 'probe')) return;
      arrivals.at.push(performance.now());
      if (arrivals.at.length === viewers) arrivals.done();
    });
    ready.push(
      new Promise((resolve, reject) => {
        socket.on('connect_error', reject);
        socket.on('connect', () => socket.emit('topic:watch', { topics: ['probe', ...watched] }));
        socket.once('snapshot', () => {
          firstViews.push(performance.now() - opened);
          resolve();
        });
      }),
    );
    await pause(CONNECT_EVERY_MS);
  }
  await Promise.all(ready);
  const allIn = (performance.now() - began) / 1000;
  await pause(2_000);
  const delays: number[] = [];
  let lost = 0;
  for (let probe = 0; probe < PROBES; probe++) {
    arrivals.at = [];
    const all = new Promise<void>((resolve) => {
      arrivals.done = resolve;
    });
    const sent = performance.now();
    await post(url, 'application/json', probeBody());
    await Promise.race([all, pause(5_000)]);
    delays.push(...arrivals.at.map((at) => at - sent));
    lost += viewers - arrivals.at.length;
    await pause(50 + ((probe * 37) % 150));
  }
  for (const socket of sockets) socket.off('disconnect').disconnect();
  process.stdout.write(
    [
      `${viewers} viewers of ${TOPICS_EACH + 1} topics each, ${BACKGROUND_PER_SECOND} posts/s beside ${PROBES} probes`,
      `  all connected with their snapshot in ${allIn.toFixed(1)} s (one: ${line(firstViews)})`,
      `  post to every socket: ${line(delays)}; ${lost} of ${viewers * PROBES} lost, ${disconnects} disconnects`,
      `  heartbeat from the server to a socket: ${line(beats)}`,
      '',
    ].join('\n'),
  );
}

function probeBody(): Buffer {
  return Buffer.from(
    JSON.stringify({
      id: `probe${process.pid}-${nextSerial()}`,
      source: 'bench',
      text: '探针话题 真不错',
      createdAt: new Date().toISOString(),
    }),
  );
}

function startFlow(url: string): { stop(): void } {
  const withBody = createBodies(benchTexts().texts, BACKGROUND_PER_SECOND / 4);
  const timer = setInterval(() => {
    void withBody((bytes) => post(url, 'application/x-ndjson', bytes));
  }, 250);
  return { stop: () => clearInterval(timer) };
}

/** This same program again with other arguments; resolves with what it printed. */
function runPart(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`the viewers ended with ${code}`)),
    );
  });
}

function line(values: readonly number[]): string {
  const ordered = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    `${Math.round(ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? 0)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, largest ${at(1)}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
