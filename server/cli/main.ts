import { EXIT, type CliIo, type Command } from './command.ts';

/** The command table. A command is loaded only when it is called. */
const COMMANDS: Record<string, () => Promise<Command>> = {};

const HELP = `weimai <command> [options]   (weimai <command> --help for each)\n`;

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
  const load = COMMANDS[name];
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
    return EXIT.failed;
  }
}
