/**
 * Fault tests end a worker at a named point of its work, as SIGKILL would: `WEIMAI_CRASH=after-save:0.02` does so with
 * probability 0.02. Without the variable the function does nothing.
 */
export function crashPointFrom(setting: string | undefined): (name: string) => void {
  if (!setting) return () => undefined;
  const [point, share] = setting.split(':');
  return (name) => {
    if (name === point && Math.random() < Number(share ?? 1)) process.kill(process.pid, 'SIGKILL');
  };
}
