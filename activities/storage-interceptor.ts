import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { STORAGE_ID_HEADER } from '@signering/contract';
import { checkStorageId, type StorageIdentity } from '@signering/storage';

/** The argument of {@link StorageInterceptor}. */
export interface StorageInterceptorOptions {
  readonly storageIdentity: StorageIdentity;
  /** What the storage's id was when the worker started. */
  readonly storageId: string;
}

/**
 * Runs an activity only on the storage that its job was started on. On another one a reference may stand for another
 * job, so the activity waits, with STORAGE_MISMATCH, until a worker on the right storage takes it.
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
