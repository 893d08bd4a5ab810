import type { SigningOutcome } from '@signering/contract';
import { SigningError, type DeleteDocumentsUrl, type PadesUrl } from '@signering/schema';
import type { LedgerEntry, LedgerKey, LedgerProgress } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `settleReference`. */
export interface SettleReferenceInput extends LedgerKey {
  readonly outcome: SigningOutcome;
  /** The job that the outcome belongs to. */
  readonly signatureJobId: string;
  /** The job's folder in the archive. */
  readonly folder: string;
  /** The final change has no confirmation URL, or no final change arrived. */
  readonly nothingToConfirm: boolean;
  /** As the final change named it. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Of the final change; absent when nothing was signed. */
  readonly padesUrl?: PadesUrl;
}

type Dependencies = Pick<ActivityDependencies, 'ledger'>;

export const createSettleReferenceActivities = ({ ledger }: Dependencies) => {
  async function advance(
    key: LedgerKey,
    progressOf: (entry: LedgerEntry) => Partial<LedgerProgress> | undefined,
  ): Promise<void> {
    const entry = await ledger.find(key);
    if (entry === undefined) throw ledgerEntryMissing(key);
    const progress = progressOf(entry);
    if (progress !== undefined) await ledger.advance(entry, progress);
  }

  return {
    /**
     * Records in the ledger that everything is archived: the reference is settled. Safe to repeat.
     * @throws DOCUMENT_MISSING without a ledger entry
     */
    settleReference: ({
      outcome,
      folder,
      signatureJobId,
      nothingToConfirm,
      padesUrl,
      deleteDocumentsUrl = ownUrlOf(signatureJobId, padesUrl),
      ...key
    }: SettleReferenceInput): Promise<void> =>
      advance(key, ({ created, settled }) => {
        if (settled !== undefined) return undefined;
        const isDuplicate = signatureJobId !== created?.signatureJobId;
        const settledAt = new Date().toISOString();
        return {
          settled: {
            outcome,
            ...(isDuplicate && { signatureJobId }),
            folder,
            settledAt,
            ...(nothingToConfirm && { nothingToConfirm }),
            ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
          },
        };
      }),

    /**
     * Records in the ledger when the final change was confirmed. Safe to repeat.
     * @throws DOCUMENT_MISSING without a ledger entry
     */
    recordConfirmation: (key: LedgerKey): Promise<void> =>
      advance(key, ({ confirmedAt }) =>
        confirmedAt === undefined ? { confirmedAt: new Date().toISOString() } : undefined,
      ),
  };
};

/**
 * Derives the URL that deletes a job's documents from the URL of its PAdES. A status contains that URL only from 24
 * hours after the last signature; most jobs are confirmed before, and then have no status.
 * Spec: the service's published samples, in which all URLs of a job start with the job's own; unconfirmed for the real
 * service.
 */
function ownUrlOf(signatureJobId: string, padesUrl = ''): DeleteDocumentsUrl | undefined {
  const [ownUrl] = /^.*\/signature-jobs\/\d+(?=\/)/u.exec(padesUrl) ?? [];
  return ownUrl?.endsWith(`/${signatureJobId}`) === true ? (ownUrl as DeleteDocumentsUrl) : undefined;
}

function ledgerEntryMissing({ reference }: LedgerKey): SigningError {
  return new SigningError(
    'DOCUMENT_MISSING',
    `Looked up reference ${reference} in the ledger and found nothing; check that SIGNERING_STORAGE names the folder in which the job was started.`,
    { reference },
  );
}
