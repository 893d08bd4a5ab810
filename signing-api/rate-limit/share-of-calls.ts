/** What the service permits an organisation in any second. Spec: getting started, rate limits. */
const PERMITTED_CALLS = 10;

/** How much of its share a process uses: the rest is for the time that answers take. */
const USED_PART = 0.9;

/** Numbers of processes among which the permitted calls divide: none is left over that they would have to agree on. */
const PROCESS_COUNTS = [1, 2, 5, 10] as const;

/** More processes could not each make one call in a second. */
export const MOST_PROCESSES = PERMITTED_CALLS;

/** What one process may make of the permitted calls. */
export interface ShareOfCalls {
  /** So many calls at most may be counted in a second. */
  readonly calls: number;
  /** From one call to the next, in milliseconds. */
  readonly spacingMs: number;
}

/**
 * As how many the processes count that share a certificate: 1, 2, 5 or 10, because the service's ten calls a second
 * divide by these. Where the number differs, a part of the calls stays unused.
 * @param processes from 1 to 10
 */
export function countedProcesses(processes: number): number {
  return PROCESS_COUNTS.find((count) => count >= processes) ?? MOST_PROCESSES;
}

/** The share of one of so many processes, the same for each: together never more than permitted, whenever they call. */
export function evenShare(processes: number): ShareOfCalls {
  const calls = PERMITTED_CALLS / countedProcesses(processes);
  return { calls, spacingMs: Math.ceil(1000 / (calls * USED_PART)) };
}

/** The share of a process whose options set its pace. */
export function setShare(callsPerSecond: number): ShareOfCalls {
  return { calls: Math.max(1, Math.floor(callsPerSecond)), spacingMs: Math.ceil(1000 / callsPerSecond) };
}

/** What is within each of these shares; undefined without any. */
export function smallestShare(shares: readonly ShareOfCalls[]): ShareOfCalls | undefined {
  if (shares.length === 0) return undefined;
  return {
    calls: Math.min(...shares.map(({ calls }) => calls)),
    spacingMs: Math.max(...shares.map(({ spacingMs }) => spacingMs)),
  };
}
