/** What a command of the `weimai` program gets and gives. Data goes to stdout, prose and progress to stderr. */
export interface CliIo {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  env: NodeJS.ProcessEnv;
  /** Aborted on the first Ctrl-C. */
  signal: AbortSignal;
}

/** Exit codes shared by all commands (interface.md). */
export const EXIT = { done: 0, failed: 1, usage: 2, rejectedRows: 3 } as const;

export interface Command {
  name: string;
  summary: string;
  usage: string;
  run(args: string[], io: CliIo): Promise<number>;
}
