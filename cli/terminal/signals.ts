/** Comes true at the first Ctrl-C or SIGTERM. A second Ctrl-C ends the process at once, as people expect. */
export function untilAskedToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => undefined, 60_000);
    const end = (signal: NodeJS.Signals): void => {
      clearInterval(keepAlive);
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve(signal);
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
}
