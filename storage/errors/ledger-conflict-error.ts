import { SigningError } from '@signering/schema';

/**
 * LEDGER_CONFLICT: another process wrote the next revision of a ledger entry after it was read. Nothing was written:
 * read the entry again and repeat the step.
 */
export class LedgerConflictError extends SigningError {
  constructor(reference: string, revision: number) {
    super(
      'LEDGER_CONFLICT',
      `Cannot write revision ${revision} of the ledger entry of reference "${reference}": another process wrote it ` +
        'first. Read the entry again and repeat the step.',
      true,
      { reference },
    );
  }
}
