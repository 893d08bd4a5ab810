import type { SigningOutcome } from '@signering/contract';
import { DAY_MS, SigningError, type DeleteDocumentsUrl, type PadesUrl } from '@signering/schema';
import type { LedgerEntry, LedgerKey, LedgerProgress, ReferenceLedger } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** What the final change and the workflow say about an outcome, for the ledger. */
export interface Settlement {
  /** When the final change arrived, ISO 8601; absent when none was reported. */
  readonly changedAt?: string;
  /** The final change has no confirmation URL, or no final change arrived. */
  readonly nothingToConfirm: boolean;
  /** As the final change named it. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Of the final change; absent when nothing was signed. */
  readonly padesUrl?: PadesUrl;
}

/** The argument of {@link settleReference}. */
export interface SettleReferenceInput extends LedgerKey, Settlement {
  readonly outcome: SigningOutcome;
  /** The job that the outcome belongs to. */
  readonly signatureJobId: string;
  /** The job's folder in the archive. */
  readonly folder: string;
}

/** What the ledger says of a settled reference. */
export interface SettledReference {
  /** When retention removes the archived documents, ISO 8601. Absent: they are kept. */
  readonly archivedUntil?: string;
}

type SettleDependencies = Pick<ActivityDependencies, 'ledger' | 'onArchived' | 'retention'>;

/**
 * Records in the ledger that everything is archived: the reference is settled. Safe to repeat: the first settlement stands.
 * @throws DOCUMENT_MISSING without a ledger entry
 */
export async function settleReference(
  {
    outcome,
    folder,
    signatureJobId,
    nothingToConfirm,
    changedAt,
    padesUrl,
    deleteDocumentsUrl = ownUrlOf(signatureJobId, padesUrl),
    ...key
  }: SettleReferenceInput,
  { ledger, onArchived, retention }: SettleDependencies,
): Promise<SettledReference> {
  const { entry, isNew } = await advance(key, ledger, ({ created, settled }) => {
    if (settled !== undefined) return undefined;
    const isDuplicate = signatureJobId !== created?.signatureJobId;
    const settledAt = new Date().toISOString();
    return {
      settled: {
        outcome,
        ...(isDuplicate && { signatureJobId }),
        folder,
        settledAt,
        ...archivedUntilOf(settledAt, retention),
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
}

/**
 * Records in the ledger when the final change was confirmed. Safe to repeat: the first time stands.
 * @throws DOCUMENT_MISSING without a ledger entry
 */
export async function recordConfirmation(key: LedgerKey, ledger: ReferenceLedger): Promise<void> {
  await advance(key, ledger, ({ confirmedAt }) =>
    confirmedAt === undefined ? { confirmedAt: new Date().toISOString() } : undefined,
  );
}

async function advance(
  key: LedgerKey,
  ledger: ReferenceLedger,
  progressOf: (entry: LedgerEntry) => Partial<LedgerProgress> | undefined,
): Promise<{ readonly entry: LedgerEntry; readonly isNew: boolean }> {
  const entry = await ledger.find(key);
  if (entry === undefined) throw ledgerEntryMissing(key);
  const progress = progressOf(entry);
  if (progress === undefined) return { entry, isNew: false };
  return { entry: await ledger.advance(entry, progress), isNew: true };
}

function archivedUntilOf(settledAt: string, retention: ActivityDependencies['retention']): SettledReference {
  const days = retention?.archiveDays;
  if (days === undefined) return {};
  return { archivedUntil: new Date(Date.parse(settledAt) + days * DAY_MS).toISOString() };
}

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
