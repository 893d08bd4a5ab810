/** Activity header with the identity of the job's storage. Holds no personal data. */
export const STORAGE_ID_HEADER = 'signering-storage-id';

const PART = ' storage:';

/** A worker's identity in Temporal. It names the worker's storage for clients and `signering doctor`. */
export function workerIdentity({ pid, host, storageId }: WorkerIdentityParts): string {
  return `${pid}@${host}${PART}${storageId}`;
}

/** The argument of {@link workerIdentity}. */
export interface WorkerIdentityParts {
  readonly pid: number;
  readonly host: string;
  readonly storageId: string;
}

/** The storage that a worker uses, read from its identity; undefined for other programs that poll the task queue. */
export function storageIdOfWorker(identity: string): string | undefined {
  const start = identity.lastIndexOf(PART);
  return start === -1 ? undefined : identity.slice(start + PART.length);
}
