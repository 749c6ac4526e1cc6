import pg from 'pg';

/**
 * One dedicated connection that LISTENs. Calls `onWake` for each notification, and after every (re)connect, because
 * notifications sent meanwhile are lost: the receiver must read what it missed from the tables.
 */
export function createListener(options: {
  url: string;
  channel: string;
  onWake: () => void;
  onError: (error: Error) => void;
}): { stop(): Promise<void> } {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let tries = 0;

  const again = (): void => {
    if (stopped || timer) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        connect();
      },
      Math.min(2_000, 100 * 2 ** tries++),
    );
  };
  const connect = (): void => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: 'weimai-listen',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    client = next;
    next.on('error', (error) => {
      if (!stopped) options.onError(error);
    });
    next.on('end', again);
    next.on('notification', options.onWake);
    next
      .connect()
      .then(() => next.query(`listen ${options.channel}`))
      .then(() => {
        tries = 0;
        options.onWake();
      })
      .catch((error: Error) => {
        if (stopped) return;
        options.onError(error);
        again();
      });
  };
  connect();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
