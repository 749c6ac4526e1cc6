import { EXIT, type Command } from './command.ts';
import { examine, type Check } from './doctor-checks.ts';

/** `weimai doctor`: what usually goes wrong, and what to do about it. Starts and changes nothing. */
export const command: Command = {
  name: 'doctor',
  summary: 'check everything that usually goes wrong',
  usage: `Usage: weimai doctor [--json]

Checks Node, dependencies, dictionaries, models, disk, stores, clocks, port, worker, time zone and settings, and says
what to do about each problem. Secrets are not shown. Exit code 1 when a check failed, 0 otherwise (also with warnings).`,
  async run(args, io) {
    if (args.some((arg) => arg !== '--json')) {
      io.stderr.write(`${command.usage}\n`);
      return EXIT.usage;
    }
    const { checks, configuration } = await examine(io.env);
    const ok = checks.every((check) => check.state !== 'fail');
    io.stdout.write(
      args.includes('--json')
        ? `${JSON.stringify({ ok, checks, configuration }, null, 2)}\n`
        : [
            ...checks.map(toLines),
            '\nSettings\n',
            ...Object.entries(configuration).map(([name, value]) => `  ${name}=${value}\n`),
            `\n${summary(checks)}\n`,
          ].join(''),
    );
    return ok ? EXIT.done : EXIT.failed;
  },
};

const MARK: Record<Check['state'], string> = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' };

const toLines = ({ state, name, found, advice }: Check): string =>
  `${MARK[state]}  ${name.padEnd(14)} ${found}\n${advice === undefined ? '' : `      ${' '.repeat(14)} → ${advice}\n`}`;

function summary(checks: readonly Check[]): string {
  const count = (state: Check['state']): number =>
    checks.filter((check) => check.state === state).length;
  return `${count('ok')} in order, ${count('warn')} to look at, ${count('fail')} wrong`;
}
