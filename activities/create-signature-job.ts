import type { AmbiguousAttempt, PortalSigningInput } from '../contract/index.js';
import { SigningError } from '../schema/index.js';
import type { NewPortalJob } from '../signing-api/index.js';
import type { LedgerEntry, SendingAttempt } from '../storage/index.js';
import type { ActivityDependencies, AmbiguousCreatePolicy } from './dependencies.js';
import { packageEntryNamesOf, portalManifestOf } from './portal-manifest.js';

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
    const entry = await endVanishedAttempt(claimed, dependencies);
    if (entry.created !== undefined) return createdResultOf(entry, entry.created);
    if (ambiguousAttemptsOf(entry).some(({ attempt }) => attempt > input.sendAgainAfter)) {
      return ambiguousResultOf(entry, dependencies.ambiguousCreate);
    }
    return sendJob(entry, input, dependencies);
  },
});

/** An attempt without an outcome belongs to a process that is gone: only one activity at a time sends a job. */
async function endVanishedAttempt(entry: LedgerEntry, { ledger }: Dependencies): Promise<LedgerEntry> {
  const last = entry.attempts.at(-1);
  if (entry.created !== undefined || last === undefined || last.outcome !== undefined) return entry;
  return ledger.advance(entry, {
    attempts: endLastAttempt(entry, 'AMBIGUOUS', 'the worker went away before the service had answered'),
  });
}

async function sendJob(
  claimed: LedgerEntry,
  input: CreateSignatureJobInput,
  { ledger, portal, documents, ambiguousCreate }: Dependencies,
): Promise<CreateSignatureJobResult> {
  const newJob = await newPortalJobOf(input, documents);
  const attempt = { attempt: claimed.attempts.length + 1, startedAt: new Date().toISOString() };
  const sending = await ledger.advance(claimed, { attempts: [...claimed.attempts, attempt] });
  let response;
  try {
    // Never given up half-way, not even when the worker stops: that would only make its end unknown.
    response = await portal.createSignatureJob(newJob);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const outcome = error.code === 'CREATE_OUTCOME_UNKNOWN' ? 'AMBIGUOUS' : 'REFUSED';
    const entry = await ledger.advance(sending, {
      attempts: endLastAttempt(sending, outcome, error.message),
    });
    if (outcome === 'REFUSED') throw error;
    return ambiguousResultOf(entry, ambiguousCreate);
  }
  const { signatureJobId, cancellationUrl } = response;
  const created = { signatureJobId, cancellationUrl, createdAt: new Date().toISOString() };
  const entry = await ledger.advance(sending, { attempts: endLastAttempt(sending, 'CREATED'), created });
  return createdResultOf(entry, created);
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

function endLastAttempt(
  entry: LedgerEntry,
  outcome: NonNullable<SendingAttempt['outcome']>,
  reason?: string,
): readonly SendingAttempt[] {
  const last = entry.attempts.at(-1);
  if (last === undefined) return entry.attempts;
  return [...entry.attempts.slice(0, -1), { ...last, outcome, ...(reason !== undefined && { reason }) }];
}

function ambiguousAttemptsOf(entry: LedgerEntry): readonly AmbiguousAttempt[] {
  return entry.attempts
    .filter(({ outcome }) => outcome === 'AMBIGUOUS')
    .map(({ attempt, startedAt, reason }) => ({ attempt, startedAt, reason: reason ?? 'no answer' }));
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
    lastAttempt: entry.attempts.length,
    ambiguousAttempts: ambiguousAttemptsOf(entry),
  };
}
