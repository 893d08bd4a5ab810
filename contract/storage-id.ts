/** Activity header with the identity of the job's storage. Holds no personal data. */
export const STORAGE_ID_HEADER = 'signering-storage-id';

const KEYS = ' keys:';
// The last part: earlier clients take everything behind it for the identity of the storage.
const STORAGE = ' storage:';

/** Temporal refuses identities of more than 1000 characters; ids have at most 40. */
const MOST_KEYS = 15;

/** A worker's identity in Temporal. It names the worker's storage and its keys for clients and `signering` commands. */
export function workerIdentity({ pid, host, storageId, keyIds }: WorkerIdentityParts): string {
  return `${pid}@${host}${KEYS}${keyIds.slice(0, MOST_KEYS).join(',')}${STORAGE}${storageId}`;
}

/** The argument of {@link workerIdentity}. */
export interface WorkerIdentityParts {
  readonly pid: number;
  readonly host: string;
  readonly storageId: string;
  /** The first one encrypts. */
  readonly keyIds: readonly string[];
}

/** The storage that a worker uses, read from its identity; undefined for other programs that poll the task queue. */
export function storageIdOfWorker(identity: string): string | undefined {
  const start = identity.lastIndexOf(STORAGE);
  return start === -1 ? undefined : identity.slice(start + STORAGE.length);
}

/**
 * Ids of a worker's first 15 keys, read from its identity, the one that encrypts first; undefined for workers of earlier
 * releases and for other programs.
 */
export function keyIdsOfWorker(identity: string): readonly string[] | undefined {
  const start = identity.lastIndexOf(KEYS);
  const end = identity.lastIndexOf(STORAGE);
  return start === -1 || end < start ? undefined : identity.slice(start + KEYS.length, end).split(',');
}
