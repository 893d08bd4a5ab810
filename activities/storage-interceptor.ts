import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { STORAGE_ID_HEADER } from '@signering/contract';
import { checkStorageId, type StorageIdentity } from '@signering/storage';

/** The argument of {@link StorageInterceptor}. */
export interface StorageInterceptorOptions {
  readonly storageIdentity: StorageIdentity;
  /** The storage's id when the worker started. */
  readonly storageId: string;
}

/**
 * Runs an activity only on the storage of its job. On another storage the reference may name another job, so the
 * activity fails with STORAGE_MISMATCH (retryable) until a worker on the right storage runs it.
 */
export class StorageInterceptor implements ActivityInboundCallsInterceptor {
  readonly #options: StorageInterceptorOptions;

  constructor(options: StorageInterceptorOptions) {
    this.#options = options;
  }

  /** @throws STORAGE_MISMATCH (retryable), STORAGE_UNAVAILABLE (retryable) */
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { storageIdentity, storageId } = this.#options;
    const sent = input.headers[STORAGE_ID_HEADER];
    // Read from the disk each time: the volume may have been unmounted since the worker started.
    await checkStorageId(
      storageIdentity,
      sent === undefined ? storageId : defaultPayloadConverter.fromPayload<string>(sent),
    );
    return next(input);
  }
}
