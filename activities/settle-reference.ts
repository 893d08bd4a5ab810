import type { SigningOutcome } from '@signering/contract';
import { SigningError, type DeleteDocumentsUrl, type PadesUrl } from '@signering/schema';
import type { LedgerEntry, LedgerKey, LedgerProgress } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { DAY_MS } from './remove-documents.js';

/** The argument of the activity `settleReference`. */
export interface SettleReferenceInput extends LedgerKey {
  readonly outcome: SigningOutcome;
  /** The job that the outcome belongs to. */
  readonly signatureJobId: string;
  /** When the final change arrived, ISO 8601; absent when none was reported. */
  readonly changedAt?: string;
  /** The job's folder in the archive. */
  readonly folder: string;
  /** The final change has no confirmation URL, or no final change arrived. */
  readonly nothingToConfirm: boolean;
  /** As the final change named it. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Of the final change; absent when nothing was signed. */
  readonly padesUrl?: PadesUrl;
}

/** The result of the activity `settleReference`. */
export interface SettledReference {
  /** When retention removes the archived documents, ISO 8601. Absent: they are kept. */
  readonly archivedUntil?: string;
}

type Dependencies = Pick<ActivityDependencies, 'ledger' | 'onArchived' | 'retention'>;

export const createSettleReferenceActivities = ({ ledger, onArchived, retention }: Dependencies) => {
  async function advance(
    key: LedgerKey,
    progressOf: (entry: LedgerEntry) => Partial<LedgerProgress> | undefined,
  ): Promise<{ readonly entry: LedgerEntry; readonly isNew: boolean }> {
    const entry = await ledger.find(key);
    if (entry === undefined) throw ledgerEntryMissing(key);
    const progress = progressOf(entry);
    if (progress === undefined) return { entry, isNew: false };
    return { entry: await ledger.advance(entry, progress), isNew: true };
  }

  function archivedUntil(settledAt: string): SettledReference {
    const days = retention?.archiveDays;
    if (days === undefined) return {};
    return { archivedUntil: new Date(Date.parse(settledAt) + days * DAY_MS).toISOString() };
  }

  return {
    /**
     * Records in the ledger that everything is archived: the reference is settled. Safe to repeat.
     * @throws DOCUMENT_MISSING without a ledger entry
     */
    settleReference: async ({
      outcome,
      folder,
      signatureJobId,
      nothingToConfirm,
      changedAt,
      padesUrl,
      deleteDocumentsUrl = ownUrlOf(signatureJobId, padesUrl),
      ...key
    }: SettleReferenceInput): Promise<SettledReference> => {
      const { entry, isNew } = await advance(key, ({ created, settled }) => {
        if (settled !== undefined) return undefined;
        const isDuplicate = signatureJobId !== created?.signatureJobId;
        const settledAt = new Date().toISOString();
        return {
          settled: {
            outcome,
            ...(isDuplicate && { signatureJobId }),
            folder,
            settledAt,
            ...archivedUntil(settledAt),
            ...(nothingToConfirm && { nothingToConfirm }),
            ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
          },
        };
      });
      if (isNew && changedAt !== undefined) {
        const durationMs = Math.max(0, Date.now() - Date.parse(changedAt));
        onArchived?.({ flow: entry.flow, outcome, durationMs });
      }
      const until = entry.settled?.archivedUntil;
      return until === undefined ? {} : { archivedUntil: until };
    },

    /**
     * Records in the ledger when the final change was confirmed. Safe to repeat.
     * @throws DOCUMENT_MISSING without a ledger entry
     */
    recordConfirmation: async (key: LedgerKey): Promise<void> => {
      await advance(key, ({ confirmedAt }) =>
        confirmedAt === undefined ? { confirmedAt: new Date().toISOString() } : undefined,
      );
    },
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
