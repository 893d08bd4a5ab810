/**
 * Comes true at the first Ctrl-C or SIGTERM. A second one ends the process at once, as people expect. Waiting for it
 * keeps no process alive that has nothing else to do.
 */
export function untilAskedToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve(signal);
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
}
