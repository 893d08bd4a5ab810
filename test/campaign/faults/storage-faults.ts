import { jobIdsOf } from '../../end-to-end/sandbox-evidence.js';
import { DamagedEntries, nameOfEntry } from '../damaged-entries.js';
import { HANDLE_CALLS, PATH_CALLS, type LastingFault } from '../../end-to-end/faulty-file-system.js';
import { lasting, type FaultKind, type FaultParts } from './fault-kind.js';

const STORAGE_CODES = ['ENOSPC', 'EROFS', 'EACCES', 'EMFILE', 'EIO'] as const;
const CALLS = [...PATH_CALLS, ...HANDLE_CALLS.map((call) => `handle.${call}`)];
const WRITING_OF_CONTENT = ['handle.writev', 'handle.writeFile', 'handle.sync'];
const CREATING = ['mkdir', 'open for writing', 'link'];

interface LastingStorageFault {
  readonly name: string;
  readonly does: string;
  readonly fault: LastingFault;
}

/** Of a file system, for some seconds. */
const LASTING: readonly LastingStorageFault[] = [
  {
    name: 'DISK_FULL',
    does: 'refuses to write the content of files with ENOSPC; new files can be made',
    fault: { calls: WRITING_OF_CONTENT, code: 'ENOSPC' },
  },
  {
    name: 'NO_INODES',
    does: 'refuses new files and folders with ENOSPC; open files can be written',
    fault: { calls: CREATING, code: 'ENOSPC' },
  },
  {
    name: 'DISK_READ_ONLY',
    does: 'refuses every change of files and folders with EROFS',
    fault: { calls: [...CREATING, ...WRITING_OF_CONTENT, 'unlink'], code: 'EROFS' },
  },
  {
    name: 'READS_FAIL',
    does: 'refuses to read files and folders with EIO',
    fault: { calls: ['readFile', 'readdir', 'open for reading'], code: 'EIO' },
  },
  {
    name: 'SYNC_FAILS',
    does: 'refuses to sync files with EIO',
    fault: { calls: ['handle.sync'], code: 'EIO' },
  },
  {
    name: 'STORAGE_NOT_PERMITTED',
    does: 'refuses every access with EACCES',
    fault: { calls: [...PATH_CALLS, ...CREATING, 'open for reading'], code: 'EACCES' },
  },
  {
    name: 'TOO_MANY_OPEN_FILES',
    does: 'refuses to open files with EMFILE',
    fault: { calls: ['open for reading', 'open for writing', 'readFile', 'readdir'], code: 'EMFILE' },
  },
  { name: 'DISK_SLOW', does: 'delays every access by 300 ms', fault: { calls: CALLS, delayMs: 300 } },
];

const inFolder = { group: 'STORAGE', storage: 'FOLDER', losesCreate: false } as const;

/** What storage does wrong; an S3 server is killed where the calls of a file system fail otherwise. */
export const STORAGE_KINDS: readonly FaultKind[] = [
  ...LASTING.map(({ name, does, fault }) => ({
    ...inFolder,
    name,
    does,
    endsBy: 'LIFTED' as const,
    happen: async (parts: FaultParts) => {
      const lift = parts.worker.disturbStorage(fault);
      try {
        return await lasting(parts, () => parts.worker.disturbedStorageCalls());
      } finally {
        lift();
      }
    },
  })),
  {
    ...inFolder,
    name: 'STORAGE_FAULTS',
    does: 'refuses single calls, before or after the answer that they store',
    endsBy: 'ITSELF',
    happen: async (parts) => {
      const { random, worker } = parts;
      const planned = Array.from({ length: 4 }, () => ({
        call: random.pick(CALLS),
        code: random.pick(STORAGE_CODES),
        when: random.pick(['AT_ONCE', 'AFTER_THE_ANSWER'] as const),
      }));
      const before = worker.refusedStorageCalls();
      worker.planStorageFaults(planned);
      return lasting(parts, () => worker.refusedStorageCalls() - before);
    },
  },
  {
    group: 'STORAGE',
    name: 'DAMAGED_ENTRY',
    does: 'tears the ledger entry of an open job, which is restored from a backup later',
    endsBy: 'LIFTED',
    losesCreate: false,
    happen: damageEntry,
  },
  {
    group: 'STORAGE',
    name: 'S3_SERVER_KILLED',
    does: 'kills the S3 server with SIGKILL and starts it again',
    endsBy: 'LIFTED',
    losesCreate: false,
    storage: 'S3',
    happen: async ({ s3Server }) => {
      await s3Server?.killAndRestart();
      return s3Server === undefined ? 0 : 1;
    },
  },
];

/** Of an agreement that has begun and is not damaged by its own course. Meets what the worker logs about it. */
async function damageEntry(parts: FaultParts): Promise<number> {
  const { stack, organizationNumber, references, random, worker } = parts;
  const damaged = new DamagedEntries(stack.storageFolder, organizationNumber);
  const healthy = references().filter(
    (one) => !one.includes('damaged') && damaged.hasEntry(one) && !damaged.isBeingSent(one),
  );
  const reference = random.pick(healthy.slice(-10));
  // The walk through open jobs names the entry, and the poller the job.
  const names = [reference, nameOfEntry(reference), ...(await jobIdsOf(stack.admin, reference))];
  const isRefused = (line: string) =>
    line.includes('STORED_CONTENT_DAMAGED') && names.some((name) => line.includes(name));
  const refused = () => worker.logged().split('\n').filter(isRefused).length;
  const before = refused();
  damaged.damageOnce(reference);
  try {
    return await lasting(parts, () => refused() - before);
  } finally {
    damaged.repair(reference);
  }
}
