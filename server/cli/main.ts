import { MALLOC_ENV, SERVER_FLAGS, WORKER_FLAGS } from '#shared/node/process-flags.ts';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '#shared/node/root.ts';
import { EXIT, type CliIo, type Command } from './command.ts';

/** The command table. A command is loaded only when it is called. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => startCommand,
  server: async () => serverCommand,
  worker: async () => workerCommand,
  import: async () => (await import('./import.ts')).command,
  replay: async () => (await import('./replay.ts')).command,
  export: async () => (await import('./export.ts')).command,
  report: async () => (await import('./report.ts')).command,
  topics: async () => (await import('./topics.ts')).command,
  score: async () => (await import('./score.ts')).command,
  detect: async () => (await import('./detect.ts')).command,
  train: async () => (await import('./train.ts')).command,
  'train-context': async () => (await import('./train-context.ts')).command,
  eval: async () => (await import('./eval.ts')).command,
  'eval-gold': async () => (await import('./eval-gold.ts')).command,
  doctor: async () => (await import('./doctor.ts')).command,
};

const startCommand: Command = {
  name: 'start',
  summary: 'everything on this machine (what npm start runs)',
  usage: 'Usage: weimai start [--no-demo]',
  run: async (args) => {
    await (await import('../standalone.ts')).main(args);
    return untilStopped();
  },
};
const serverCommand: Command = {
  name: 'server',
  summary: 'one server of many (needs DATABASE_URL)',
  usage: 'Usage: weimai server\nSettings come from the environment; see .env.example.',
  run: (_args, io) => runProcess('server', SERVER_FLAGS, io.env),
};
const workerCommand: Command = {
  name: 'worker',
  summary: 'one worker of many (needs DATABASE_URL)',
  usage: 'Usage: weimai worker\nSettings come from the environment; see .env.example.',
  run: (_args, io) => runProcess('worker', WORKER_FLAGS, io.env),
};

/** A process of its own, for the flags that keep it small; by file name: server code does not know the worker's. */
function runProcess(
  name: 'server' | 'worker',
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [...flags, path.join(projectRoot(), `dist/node/${name}.mjs`)],
    { env: { ...MALLOC_ENV, ...env }, stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? EXIT.failed)));
}

/** Servers end the process themselves when they were stopped. */
const untilStopped = (): Promise<number> => new Promise(() => undefined);

const HELP = `weimai <command> [options]   (weimai <command> --help for each)

Data goes to standard output, progress to standard error.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with rejected rows.

Commands: ${Object.keys(COMMANDS).join(', ')}
`;

/** Runs `weimai ARGS` and sets the exit code. A closed pipe (head, less) is no error. */
export async function main(args: string[]): Promise<void> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  const io: CliIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: abort.signal,
  };
  process.exitCode = await run(args, io);
}

async function run([name, ...rest]: string[], io: CliIo): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.stdout.write(HELP);
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    io.stderr.write(`weimai: there is no command "${name}".\n${HELP}`);
    return EXIT.usage;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(`${command.usage}\n`);
    return EXIT.done;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    io.stderr.write(`weimai ${name}: ${(error as Error).message}\n`);
    // What parseArgs of node:util throws for an option that it does not know.
    const usage = String((error as NodeJS.ErrnoException).code ?? '').startsWith('ERR_PARSE_ARGS');
    return usage ? EXIT.usage : EXIT.failed;
  }
}
