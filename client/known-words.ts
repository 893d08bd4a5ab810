import {
  CANCEL_RESULTS,
  CHECK_RESULTS,
  DECISIONS,
  FINDING_SEVERITIES,
  FLOWS,
  SIGNING_STATES,
  SIGNING_STEPS,
  withKnownWord,
  type AmbiguousCreate,
  type ArchiveLocation,
  type DocumentCheck,
  type LaterWord,
  type SignerProgress,
  type SignerReturnedAnswer,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningStep,
} from '@signering/contract';
import type { JobResult } from './job-description.js';
import { JOB_STATUSES, KNOWN_SIGNER_STATUSES, SIGNING_OUTCOMES } from '@signering/schema';

// A worker of a later version answers, and receipts and ledger entries of a later version are read, with words that this
// version does not know.

/** An outcome as answers show it. */
export function readOutcome(outcome: SigningOutcome | LaterWord): {
  readonly outcome: SigningOutcome | 'UNKNOWN';
  readonly outcomeText?: string;
} {
  return withKnownWord({ outcome: outcome as SigningOutcome }, 'outcome', SIGNING_OUTCOMES);
}

/** What a worker says of a job, with known words only. */
export function readDescription({
  version: _,
  ...described
}: SigningDescription): Omit<SigningDescription, 'version'> {
  return {
    ...withKnownWord(withKnownWord(described, 'flow', FLOWS), 'state', SIGNING_STATES),
    ...readParts(described),
  };
}

/** The result of a job, with known words only. */
export function readResult(result: JobResult): JobResult {
  return {
    ...withKnownWord(withKnownWord(result, 'flow', FLOWS), 'outcome', SIGNING_OUTCOMES),
    ...readParts(result),
    archive: readArchive(result.archive),
  };
}

/** The answer to a returned signer, with known words only. */
export function readReturned(answer: SignerReturnedAnswer): SignerReturnedAnswer {
  return {
    ...withKnownWord(answer, 'outcome', SIGNING_OUTCOMES),
    signers: answer.signers.map(readSigner),
  };
}

type Parts = 'signers' | 'steps' | 'ambiguousCreate' | 'decisions';

function readParts({
  signers,
  steps,
  ambiguousCreate,
  decisions,
}: Pick<SigningResult, Parts>): Pick<SigningResult, Parts> {
  return {
    signers: signers.map(readSigner),
    steps: steps.map((step): SigningStep => withKnownWord(step, 'step', SIGNING_STEPS)),
    ...(ambiguousCreate !== undefined && { ambiguousCreate: readAmbiguousCreate(ambiguousCreate) }),
    ...(decisions !== undefined && {
      decisions: decisions.map((one) => withKnownWord(one, 'decision', DECISIONS)),
    }),
  };
}

function readSigner(signer: SignerProgress): SignerProgress {
  return withKnownWord(signer, 'status', KNOWN_SIGNER_STATUSES);
}

function readAmbiguousCreate({ duplicates, ...rest }: AmbiguousCreate): AmbiguousCreate {
  return {
    ...rest,
    duplicates: duplicates.map((job) =>
      withKnownWord(withKnownWord(job, 'status', JOB_STATUSES), 'withdrawn', CANCEL_RESULTS),
    ),
  };
}

function readArchive({ documents, ...rest }: ArchiveLocation): ArchiveLocation {
  return {
    ...rest,
    documents: documents.map((document) => ({ ...document, check: readCheck(document.check) })),
  };
}

function readCheck({ findings, signatures, ...check }: DocumentCheck): DocumentCheck {
  return {
    ...withKnownWord(check, 'result', CHECK_RESULTS),
    findings: findings.map((finding) => withKnownWord(finding, 'severity', FINDING_SEVERITIES)),
    signatures: signatures.map((signature) => withKnownWord(signature, 'result', CHECK_RESULTS)),
  };
}
