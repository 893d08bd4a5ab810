import type { AmbiguousAttempt, PortalSigningInput } from '../contract/index.js';
import { SigningError } from '../schema/index.js';
import type { NewPortalJob } from '../signing-api/index.js';
import type { LedgerEntry } from '../storage/index.js';
import type { ActivityDependencies, AmbiguousCreatePolicy } from './dependencies.js';
import { packageEntryNamesOf, portalManifestOf } from './portal-manifest.js';
import {
  ambiguousAttemptsOf,
  beginAttempt,
  doubtVanishedAttempt,
  endLastAttempt,
  numberOfLastAttempt,
} from './sending-attempts.js';

export interface CreateSignatureJobInput extends Omit<PortalSigningInput, 'version'> {
  /** Attempts up to this number may be followed by another one, though one of them may have made a job. */
  readonly sendAgainAfter: number;
}

/** A job at the service, or the news that there may be one. */
export type CreateSignatureJobResult =
  | {
      readonly kind: 'CREATED';
      readonly signatureJobId: string;
      readonly cancellationUrl?: string;
      /** ISO 8601. */
      readonly createdAt: string;
      readonly ambiguousAttempts: readonly AmbiguousAttempt[];
    }
  | {
      readonly kind: 'AMBIGUOUS';
      readonly policy: AmbiguousCreatePolicy;
      /** The number of the newest attempt. */
      readonly lastAttempt: number;
      readonly ambiguousAttempts: readonly AmbiguousAttempt[];
    };

type Dependencies = Pick<ActivityDependencies, 'portal' | 'documents' | 'ledger' | 'ambiguousCreate'>;

export const createCreateSignatureJobActivity = (dependencies: Dependencies) => ({
  /**
   * Creates the job at the service, unless the ledger knows it already. Safe to repeat: an attempt whose end nobody saw
   * is recorded as ambiguous and answered as such, never silently sent again.
   * @throws every code of `PortalClient.createSignatureJob` that means that there is no job
   */
  createSignatureJob: async (input: CreateSignatureJobInput): Promise<CreateSignatureJobResult> => {
    const claimed = await dependencies.ledger.claim({
      organizationNumber: input.organizationNumber,
      reference: input.reference,
      flow: 'PORTAL',
      pollingQueue: input.job.pollingQueue,
      contentDigest: input.contentDigest,
    });
    const entry = await doubtVanishedAttempt(dependencies.ledger, claimed);
    if (entry.created !== undefined) return createdResultOf(entry, entry.created);
    if (ambiguousAttemptsOf(entry).some(({ attempt }) => attempt > input.sendAgainAfter)) {
      return ambiguousResultOf(entry, dependencies.ambiguousCreate);
    }
    return sendJob(entry, input, dependencies);
  },
});

async function sendJob(
  claimed: LedgerEntry,
  input: CreateSignatureJobInput,
  { ledger, portal, documents, ambiguousCreate }: Dependencies,
): Promise<CreateSignatureJobResult> {
  const newJob = await newPortalJobOf(input, documents);
  let sending = claimed;
  // Written down when the call has its turn: whoever gets none has not attempted anything.
  const beforeSending = async (): Promise<void> => {
    sending = await beginAttempt(ledger, claimed);
  };
  let response;
  try {
    // Never given up half-way, not even when the worker stops: that would only make its end unknown.
    response = await portal.createSignatureJob(newJob, { beforeSending });
  } catch (error) {
    if (!(error instanceof SigningError) || sending === claimed) throw error;
    const outcome = error.code === 'CREATE_OUTCOME_UNKNOWN' ? 'AMBIGUOUS' : 'REFUSED';
    const entry = await endLastAttempt(ledger, sending, { outcome, reason: error.message });
    if (outcome === 'REFUSED') throw error;
    return ambiguousResultOf(entry, ambiguousCreate);
  }
  const { signatureJobId, cancellationUrl } = response;
  const made = { signatureJobId, cancellationUrl, createdAt: new Date().toISOString() };
  const entry = await endLastAttempt(ledger, sending, { outcome: 'CREATED', created: made });
  return createdResultOf(entry, entry.created ?? made);
}

async function newPortalJobOf(
  { organizationNumber, reference, job }: CreateSignatureJobInput,
  documents: ActivityDependencies['documents'],
): Promise<NewPortalJob> {
  const names = packageEntryNamesOf(job.documents);
  return {
    request: { reference, pollingQueue: job.pollingQueue },
    manifest: portalManifestOf(organizationNumber, job),
    documents: await Promise.all(
      job.documents.map(async (document, index) => ({
        name: names[index] ?? document.name,
        mediaType: document.mediaType,
        content: await documents.read(document),
      })),
    ),
  };
}

function createdResultOf(
  entry: LedgerEntry,
  created: NonNullable<LedgerEntry['created']>,
): CreateSignatureJobResult {
  return { kind: 'CREATED', ...created, ambiguousAttempts: ambiguousAttemptsOf(entry) };
}

function ambiguousResultOf(entry: LedgerEntry, policy: AmbiguousCreatePolicy): CreateSignatureJobResult {
  return {
    kind: 'AMBIGUOUS',
    policy,
    lastAttempt: numberOfLastAttempt(entry),
    ambiguousAttempts: ambiguousAttemptsOf(entry),
  };
}
