import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/**
 * Starts measuring the processor use of all processes that this one did not start. The returned function gives it in
 * percent of all processors, after the processes of the measurement have ended.
 * Spec: proc_stat(5), proc_pid_stat(5); ticks of 10 ms.
 */
export function measureOtherLoad(): () => number {
  const [start, all, own] = [performance.now(), busyTicks(), ownTicks()];
  return () => {
    const ticks = ((performance.now() - start) / 10) * cpus().length;
    const others = busyTicks() - all - (ownTicks() - own);
    return Math.min(100, Math.max(0, Math.round((others / ticks) * 100)));
  };
}

/** All ticks but the idle ones: user, nice, system, interrupts, and those that another virtual machine took. */
function busyTicks(): number {
  const [, user, nice, system, , , irq, softirq, steal] = numbersOf(readFileSync('/proc/stat', 'latin1'));
  return sum([user, nice, system, irq, softirq, steal]);
}

/** Of this process and of those that it started and that have ended. */
function ownTicks(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1').replace(/^.*\) /su, '');
  return sum(numbersOf(stat).slice(11, 15));
}

function numbersOf(text: string): readonly number[] {
  return (text.split('\n')[0] ?? '').split(/\s+/u).map(Number);
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((one, other) => one + (other ?? NaN), 0);
}
