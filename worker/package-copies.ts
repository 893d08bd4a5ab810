import type { Logger } from '@temporalio/worker';
import { errorCodeOf } from '@signering/schema';
import { dumpDocumentPackages, type DocumentPackageHook } from '@signering/signing-api';

/** Copies each document package to a folder. A package that cannot be copied is logged and sent. */
export function copyDocumentPackages(folder: string, logger: Pick<Logger, 'warn'>): DocumentPackageHook {
  const dump = dumpDocumentPackages(folder);
  return async (outgoing) => {
    try {
      await dump(outgoing);
    } catch (error) {
      logger.warn('A document package is sent without a copy of it.', { folder, code: errorCodeOf(error) });
    }
  };
}
