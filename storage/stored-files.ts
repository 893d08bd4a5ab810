import type { Readable } from 'node:stream';

/** How a file is written. */
export interface WriteOptions {
  /** Completes the sentence "Storage could not …", without personal data and without a path. */
  readonly attempt: string;
  /** It may be removed on request, so no retention applies to it. @default false */
  readonly erasable?: boolean;
}

/** A file in a listing. */
export interface ListedFile {
  /** Relative to the area, with `/` as separator. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * Files of one area of a storage, by path with `/` as separator: the part in which a folder and S3 differ. A file
 * appears whole or not at all, and a write is durable when its call returns.
 */
export interface StoredFiles {
  /** Names their place in messages: a folder, or `s3://…`. */
  readonly location: string;
  /** Undefined when there is no such file. @throws STORAGE_UNAVAILABLE (retryable) */
  read(path: string, attempt: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** As {@link read}, in chunks. The reader may pause. @throws STORAGE_UNAVAILABLE (retryable) */
  readInChunks(path: string, attempt: string): Promise<Readable | undefined>;
  /** @returns whether the name was free: one of several concurrent writers wins @throws STORAGE_UNAVAILABLE (retryable) */
  writeIfAbsent(path: string, content: Uint8Array | string, options: WriteOptions): Promise<boolean>;
  /** Replaces the file, if there is one. @throws STORAGE_UNAVAILABLE (retryable) */
  replace(path: string, content: Uint8Array, options: WriteOptions): Promise<void>;
  /** Sets the modification time of a file with this content to now; writes the file if it is gone. @throws STORAGE_UNAVAILABLE (retryable) */
  renew(path: string, content: Uint8Array, options: WriteOptions): Promise<void>;
  /** Size and modification time. @throws STORAGE_UNAVAILABLE (retryable) */
  stat(path: string, attempt: string): Promise<ListedFile | undefined>;
  /** Idempotent. @throws STORAGE_UNAVAILABLE (retryable) */
  remove(path: string, attempt: string): Promise<void>;
  /**
   * Removes a file with all its versions, unless the store retains it. Idempotent.
   * @returns until when it is retained, ISO 8601; undefined: it is gone
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  erase(path: string, attempt: string): Promise<string | undefined>;
  /**
   * The paths below a folder that {@link erase} has to remove: those of {@link list}, files whose deletion only hid them,
   * and temporary files of killed processes.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  listErasable(folder: string, attempt: string): AsyncIterable<string>;
  /** Makes a file durable whose writer may have been killed before. @throws STORAGE_UNAVAILABLE (retryable) */
  ensureDurable(path: string, attempt: string): Promise<void>;
  /** True when a folder directly holds a file. @throws STORAGE_UNAVAILABLE (retryable) */
  hasFiles(folder: string, attempt: string): Promise<boolean>;
  /** Every file below a folder, at any depth; '' is the whole area. In no particular order. @throws STORAGE_UNAVAILABLE (retryable) */
  list(folder: string, attempt: string): AsyncIterable<ListedFile>;
  /** Names of the folders in a folder; '' is the whole area. @throws STORAGE_UNAVAILABLE (retryable) */
  folders(folder: string, attempt: string): AsyncIterable<string>;
  /** The local folder for a temporary file that {@link publish} gives this path. */
  workingFolder(path: string): Promise<string>;
  /** What the temporary file is part of, as `attempt`. */
  readonly receiving: string;
  /**
   * Gives a temporary file its path, as {@link writeIfAbsent}, and removes it in any case.
   * @param content of the temporary file, as it was read back; called at most once
   */
  publish(temporary: string, path: string, content: () => Uint8Array): Promise<boolean>;
}
