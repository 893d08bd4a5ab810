const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP (the terminal was closed). A second one ends the process at once, as
 * people expect. Waiting for it keeps no process alive that has nothing else to do.
 */
export function untilAskedToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      for (const name of SIGNALS) process.off(name, end);
      resolve(signal);
    };
    for (const name of SIGNALS) process.on(name, end);
  });
}

/**
 * As {@link untilAskedToEnd}, for a command that has to end its servers: later signals change nothing. npm passes a
 * Ctrl-C on that the terminal has sent already.
 */
export function untilStackIsAskedToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of SIGNALS) process.on(name, resolve);
  });
}
