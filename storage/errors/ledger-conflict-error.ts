import { SigningError } from '@signering/schema';

/**
 * LEDGER_CONFLICT: somebody else wrote the next revision of a ledger entry since it was read. Nothing was written:
 * read the entry again, and decide anew.
 */
export class LedgerConflictError extends SigningError {
  constructor(reference: string, revision: number) {
    super(
      'LEDGER_CONFLICT',
      `Revision ${revision} of the ledger entry of reference "${reference}" was written by another process in the ` +
        'meantime. Read the entry again and go on from there.',
      true,
      { reference },
    );
  }
}
