import proto from '@temporalio/proto';
import { TASK_QUEUE } from '@signering/contract';
import { waitFor } from '../../fixtures/index.js';
import { lasting, pause, type FaultKind, type FaultParts } from './fault-kind.js';

/** Seconds of outages: the long form's are those of real outages. */
const SECONDS = {
  temporalDown: { short: 5, long: 120 },
  temporalStopped: { short: 5, long: 60 },
  workerStopped: { short: 5, long: 45 },
  sandboxDown: { short: 3, long: 30 },
  sandboxStopped: { short: 4, long: 30 },
  twoBuilds: { short: 4, long: 20 },
} as const;
const HOUR_MS = 60 * 60 * 1000;
/** Validity of certificates that expire, in milliseconds: a busy worker may read the first ones when they have expired. */
const CERTIFICATES_VALID_MS = [4_000, 12_000, 36_000];

async function outage(parts: FaultParts, what: keyof typeof SECONDS): Promise<void> {
  await pause(SECONDS[what][parts.isLong ? 'long' : 'short'] * 1000, parts.over);
}

/** Stops a process as a debugger or a frozen machine does. */
async function stopped(parts: FaultParts, pid: number, what: keyof typeof SECONDS): Promise<number> {
  process.kill(pid, 'SIGSTOP');
  try {
    await outage(parts, what);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  return 1;
}

async function shiftedClock(parts: FaultParts, ms: number): Promise<number> {
  const { worker } = parts;
  const before = worker.noticedShifts();
  worker.shiftClock(ms);
  try {
    return await lasting(parts, () => worker.noticedShifts() - before);
  } finally {
    worker.shiftClock(0);
  }
}

const processKind = { group: 'PROCESSES', endsBy: 'LIFTED' } as const;
const clock = { group: 'CLOCKS', endsBy: 'LIFTED', losesCreate: false } as const;

/** Processes that end or stop, clocks that jump, and certificates that expire. */
export const PROCESS_KINDS: readonly FaultKind[] = [
  {
    ...processKind,
    name: 'KILL_WORKER',
    does: 'kills the worker with SIGKILL and starts it again',
    losesCreate: true,
    endsWorker: true,
    happen: async ({ worker }) => {
      await worker.kill9();
      await worker.start();
      return 1;
    },
  },
  {
    ...processKind,
    name: 'RESTART_WORKER',
    does: 'stops the worker with SIGTERM and starts it again',
    losesCreate: true,
    endsWorker: true,
    happen: async ({ worker }) => {
      await worker.stop();
      await worker.start();
      return 1;
    },
  },
  {
    ...processKind,
    name: 'WORKER_STOPPED',
    does: 'stops the worker with SIGSTOP and lets it go on',
    losesCreate: true,
    happen: async (parts) => {
      parts.worker.signal('SIGSTOP');
      try {
        await outage(parts, 'workerStopped');
      } finally {
        parts.worker.signal('SIGCONT');
      }
      return 1;
    },
  },
  {
    ...processKind,
    name: 'TWO_BUILDS',
    does: 'runs a worker of another build beside the worker, and ends it with SIGKILL',
    losesCreate: true,
    happen: async (parts) => {
      const other = await parts.worker.startOtherBuild();
      try {
        await waitFor(() => polls(parts, other.pid), { what: 'the other build polls' }).catch(
          (error: unknown) => {
            const [last = ''] = other.logged().trim().split('\n').slice(-1);
            throw new Error(`The other build does not poll, and logged last: ${last.slice(0, 300)}`, {
              cause: error,
            });
          },
        );
        await outage(parts, 'twoBuilds');
      } finally {
        await other.kill9();
      }
      return 1;
    },
  },
  {
    ...processKind,
    name: 'KILL_SANDBOX',
    does: 'kills the service with SIGKILL and starts it again at once',
    losesCreate: true,
    happen: async ({ stack }) => {
      await stack.sandbox().kill9();
      await stack.restartSandbox();
      return 1;
    },
  },
  {
    ...processKind,
    name: 'SERVICE_DOWN',
    does: 'kills the service with SIGKILL and starts it again later',
    losesCreate: true,
    happen: async (parts) => {
      await parts.stack.sandbox().kill9();
      await outage(parts, 'sandboxDown');
      await parts.stack.restartSandbox();
      return 1;
    },
  },
  {
    ...processKind,
    name: 'SERVICE_STOPPED',
    does: 'stops the service with SIGSTOP and lets it go on',
    losesCreate: true,
    happen: (parts) => stopped(parts, parts.stack.sandbox().pid, 'sandboxStopped'),
  },
  {
    ...processKind,
    name: 'KILL_TEMPORAL',
    does: 'kills Temporal with SIGKILL and starts it again at once',
    losesCreate: false,
    happen: async ({ stack }) => {
      await stack.killTemporal();
      await stack.restartTemporal();
      return 1;
    },
  },
  {
    ...processKind,
    name: 'TEMPORAL_DOWN',
    does: 'kills Temporal with SIGKILL and starts it again later, in the long form after two minutes',
    losesCreate: false,
    happen: async (parts) => {
      await parts.stack.killTemporal();
      await outage(parts, 'temporalDown');
      await parts.stack.restartTemporal();
      return 1;
    },
  },
  {
    ...processKind,
    name: 'TEMPORAL_STOPPED',
    does: 'stops Temporal with SIGSTOP and lets it go on, in the long form after 60 seconds',
    losesCreate: false,
    happen: (parts) => stopped(parts, parts.stack.temporal.pid, 'temporalStopped'),
  },
  {
    ...clock,
    name: 'WORKER_CLOCK_FORWARD',
    does: "moves the worker's clock forward by an hour, and back",
    happen: (parts) => shiftedClock(parts, HOUR_MS),
  },
  {
    ...clock,
    name: 'WORKER_CLOCK_BACKWARD',
    does: "moves the worker's clock backward by an hour, and forward again",
    happen: (parts) => shiftedClock(parts, -HOUR_MS),
  },
  {
    ...clock,
    name: 'SERVICE_CLOCK_FORWARD',
    does: "moves the service's clock forward by six hours, for good",
    endsBy: 'ITSELF',
    happen: async ({ stack }) => {
      await stack.admin.advanceClock((6 * HOUR_MS) / 1000);
      return 1;
    },
  },
  {
    ...processKind,
    name: 'CERTIFICATE_EXPIRED',
    does: "lets the worker's certificate expire, resets its connections, and renews the certificate later",
    losesCreate: true,
    happen: expiredCertificate,
  },
];

async function polls({ temporal, stack }: FaultParts, pid: number): Promise<boolean> {
  const { pollers } = await temporal.workflowService.describeTaskQueue({
    namespace: stack.temporal.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  return pollers.some(({ identity }) => identity?.startsWith(`${pid}@`) === true);
}

async function expiredCertificate(parts: FaultParts): Promise<number> {
  const { worker, proxies } = parts;
  const renewed = () => worker.logged().split('The certificates were renewed.').length;
  // The worker does not make a call with an expired certificate.
  const refused = () => worker.logged().split('"CERTIFICATE_EXPIRED"').length;
  const refusedBefore = refused();
  try {
    for (const validMs of CERTIFICATES_VALID_MS) {
      const before = renewed();
      const expires = await worker.useCertificate({ validMs });
      const isTooLate = () => worker.logged().includes(`expired at ${expires.toISOString()}`);
      worker.signal('SIGHUP');
      await waitFor(() => renewed() > before || isTooLate(), {
        what: 'the worker has read the certificate',
      });
      if (renewed() === before) continue;
      await pause(Math.max(expires.getTime() - Date.now(), 0) + 1_000, parts.over);
      // The service sees a certificate when a connection begins.
      proxies.service.disturb({ kind: 'REFUSED' });
      proxies.service.lift();
      return await lasting(parts, () => refused() - refusedBefore);
    }
    return 0;
  } finally {
    await worker.useCertificate({ validMs: 365 * 24 * HOUR_MS });
    worker.signal('SIGHUP');
  }
}
