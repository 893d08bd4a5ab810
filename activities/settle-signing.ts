import type {
  AmbiguousCreate,
  ArchivedDocument,
  ArchiveLocation,
  DocumentRef,
  Flow,
  SignerProgress,
  SigningOutcome,
} from '@signering/contract';
import { SigningError, type DeleteDocumentsUrl, type PadesUrl } from '@signering/schema';
import type { ArchivedJob, LedgerEntry, LedgerKey, LedgerProgress } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** What a receipt is made of. */
export interface WriteReceiptInput {
  readonly flow: Flow;
  readonly job: ArchivedJob;
  readonly outcome: SigningOutcome;
  readonly signers: readonly SignerProgress[];
  readonly sent: readonly (Pick<DocumentRef, 'sha256' | 'size'> & Partial<Pick<DocumentRef, 'name'>>)[];
  readonly received: readonly ArchivedDocument[];
  readonly ambiguousCreate?: AmbiguousCreate;
}

export interface SettleReferenceInput extends LedgerKey {
  readonly outcome: SigningOutcome;
  /** Of the job that the outcome is of. */
  readonly signatureJobId: string;
  /** The job's folder in the archive. */
  readonly folder: string;
  /** The final change has no confirmation URL, or none was ever told. */
  readonly nothingToConfirm: boolean;
  /** As the final change named it. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Of the final change. */
  readonly padesUrl?: PadesUrl;
}

type Dependencies = Pick<ActivityDependencies, 'archive' | 'ledger'>;

export const createSettleActivities = ({ archive, ledger }: Dependencies) => {
  /** Writes the next step of an entry, unless it was written before. */
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
    /** Writes the receipt beside the signed documents, each of which is read back first. Safe to repeat. */
    writeReceipt: async (input: WriteReceiptInput): Promise<ArchiveLocation> => {
      const { flow, job, received, ...facts } = input;
      for (const file of received) await archive.verifyFile(job, file);
      // A title may hold personal data, which a receipt must not.
      const sent = input.sent.map(({ name, sha256, size }) => ({
        ...(name !== undefined && { name }),
        sha256,
        size,
      }));
      await archive.putReceipt(job, { version: 1, flow, ...job, ...facts, sent, received });
      return { folder: archive.folderOf(job), documents: received };
    },

    /** Writes into the ledger that everything is archived, before the final change is confirmed. Safe to repeat. */
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

    /** Writes into the ledger when the final change was confirmed. Safe to repeat. */
    recordConfirmation: (key: LedgerKey): Promise<void> =>
      advance(key, ({ confirmedAt }) =>
        confirmedAt === undefined ? { confirmedAt: new Date().toISOString() } : undefined,
      ),
  };
};

/**
 * Derives the address for deleting a job's documents from that of its PAdES. A status names the address only from 24
 * hours after the last signature on, and by then a job is confirmed as a rule, and has no status any more.
 * Spec: the service's published samples, where all URLs of a job lie below it; not confirmed for the real service.
 */
function ownUrlOf(signatureJobId: string, padesUrl = ''): DeleteDocumentsUrl | undefined {
  const [ownUrl] = /^.*\/signature-jobs\/\d+(?=\/)/u.exec(padesUrl) ?? [];
  return ownUrl?.endsWith(`/${signatureJobId}`) === true ? (ownUrl as DeleteDocumentsUrl) : undefined;
}

function ledgerEntryMissing({ reference }: LedgerKey): SigningError {
  return new SigningError(
    'DOCUMENT_MISSING',
    `Looked up reference ${reference} in the ledger and found nothing; check that SIGNERING_STORAGE names the folder in which the job was started.`,
    true,
    { reference },
  );
}
