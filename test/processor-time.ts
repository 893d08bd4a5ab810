/**
 * The processor time of this process, in milliseconds: bounds on work are asserted by it, because the time on the wall
 * depends on what else the machine does.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
