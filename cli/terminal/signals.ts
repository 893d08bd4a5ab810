const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP (the terminal was closed). A second one ends the process
 * immediately. Does not keep the process alive.
 */
export function untilStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      for (const name of SIGNALS) process.off(name, end);
      resolve(signal);
    };
    for (const name of SIGNALS) process.on(name, end);
  });
}

/**
 * Like {@link untilStopSignal}, for a command that must stop its servers: later signals are ignored, because npm
 * repeats a Ctrl-C that the terminal has already sent.
 */
export function untilStackStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of SIGNALS) process.on(name, resolve);
  });
}
