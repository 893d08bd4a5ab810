import { z } from 'zod';
import { JOB_STATUSES, KNOWN_SIGNER_STATUSES, SIGNING_OUTCOMES } from '@signering/schema';
import { CHECK_RESULTS, FINDING_SEVERITIES } from '../document-check.js';
import { FLOWS } from '../names.js';
import { CANCEL_RESULTS, DECISIONS, SIGNING_STATES, SIGNING_STEPS } from '../signing.js';
import { ORGANIZATION_NUMBER, REFERENCE } from './texts.js';

// Results are open objects: later releases may add members, which readers should ignore.

/** A word of an answer. Later versions may add words: readers must accept any text. */
export function openWord<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.union([z.enum(words), z.string()]) as unknown as z.ZodType<Words[number] | 'UNKNOWN'>;
}

/** How a job can end. */
export const SIGNING_OUTCOME = openWord(SIGNING_OUTCOMES);

/** A moment in an answer. */
export const MOMENT_TEXT = z.string().meta({ description: 'ISO 8601, in UTC with milliseconds.' });

/** A signer without personal data. */
export const SIGNER_PROGRESS = z.object({
  signer: z.int().min(1).meta({ description: 'Counts from 1, in the order of the request.' }),
  maskedIdentifier: z.string(),
  order: z.int(),
  status: openWord([...KNOWN_SIGNER_STATUSES, 'UNKNOWN']),
  statusText: z
    .string()
    .exactOptional()
    .meta({ description: "The service's own status text, when this release does not know it." }),
  since: MOMENT_TEXT.exactOptional(),
});

const STEP = z.object({
  step: openWord(SIGNING_STEPS),
  startedAt: MOMENT_TEXT,
  endedAt: MOMENT_TEXT.exactOptional(),
});

const CANCEL_RESULT = openWord(CANCEL_RESULTS);

const DUPLICATE_JOB = z.object({
  signatureJobId: z.string(),
  status: openWord(JOB_STATUSES),
  signatures: z.int().min(0).meta({ description: 'Number of signers who have signed it.' }),
  withdrawn: CANCEL_RESULT.exactOptional(),
});

const AMBIGUOUS_CREATE = z
  .object({
    attempts: z.array(z.object({ attempt: z.int().min(1), startedAt: MOMENT_TEXT, reason: z.string() })),
    duplicates: z.array(DUPLICATE_JOB),
  })
  .meta({ description: 'Attempts at creating the job whose outcome is unknown.' });

const RECORDED_DECISIONS = z
  .array(
    z.object({
      decision: openWord(DECISIONS),
      by: z.string().exactOptional(),
      reason: z.string().exactOptional(),
      at: MOMENT_TEXT,
    }),
  )
  .meta({ description: 'What people decided about the job, in order.' });

const CHECK_RESULT = openWord(CHECK_RESULTS);

const DOCUMENT_CHECK = z.object({
  result: CHECK_RESULT,
  findings: z.array(
    z.object({ rule: z.string(), severity: openWord(FINDING_SEVERITIES), reason: z.string() }),
  ),
  proved: z.object({
    documents: z.array(z.object({ name: z.string(), digestOfSentDocument: z.boolean() })),
    signer: z.boolean(),
    job: z.boolean(),
  }),
  signatures: z.array(
    z.object({
      deciding: z.boolean(),
      form: z.string(),
      algorithm: z.string().exactOptional(),
      result: CHECK_RESULT,
      reason: z.string().exactOptional(),
      certificateSubject: z.string().exactOptional(),
      chain: z.string().exactOptional(),
    }),
  ),
});

const ARCHIVED_DOCUMENT = z.object({
  name: z.string().meta({ description: "The file's name in the job's archive folder." }),
  sha256: z.string(),
  size: z.int().min(0).meta({ description: 'In bytes.' }),
  check: DOCUMENT_CHECK,
  accepted: z
    .object({ by: z.string(), reason: z.string(), at: MOMENT_TEXT })
    .exactOptional()
    .meta({ description: 'An operator accepted these bytes although the check found them BROKEN.' }),
});

const RETURNED_METADATA = z.record(z.string(), z.string()).meta({
  description: "The sender's own, as in the input. May be personal.",
});

const IDENTITY = {
  version: z.literal(1),
  flow: openWord(FLOWS),
  organizationNumber: ORGANIZATION_NUMBER,
  reference: REFERENCE,
  startedAt: MOMENT_TEXT,
};

/** The result of `portalSigning` and `directSigning`. */
export const SIGNING_RESULT = z.object({
  ...IDENTITY,
  endedAt: MOMENT_TEXT,
  signatureJobId: z.string(),
  outcome: SIGNING_OUTCOME,
  signers: z.array(SIGNER_PROGRESS),
  archive: z.object({
    folder: z.string().meta({ description: "The job's folder, relative to the archive's root." }),
    archivedAt: MOMENT_TEXT,
    documents: z.array(ARCHIVED_DOCUMENT),
  }),
  steps: z.array(STEP),
  ambiguousCreate: AMBIGUOUS_CREATE.exactOptional(),
  metadata: RETURNED_METADATA.exactOptional(),
  decisions: RECORDED_DECISIONS.exactOptional(),
  archivedUntil: MOMENT_TEXT.exactOptional().meta({
    description: 'When retention removes the documents from the archive.',
  }),
});

/** The answer of the query `describe`. */
export const SIGNING_DESCRIPTION = z.object({
  ...IDENTITY,
  state: openWord(SIGNING_STATES),
  signatureJobId: z.string().exactOptional(),
  deadline: MOMENT_TEXT.exactOptional(),
  signers: z.array(SIGNER_PROGRESS),
  waitingFor: z.array(z.int().min(1)).meta({ description: 'Numbers of the signers who may sign now.' }),
  steps: z.array(STEP),
  ambiguousCreate: AMBIGUOUS_CREATE.exactOptional(),
  decisions: RECORDED_DECISIONS.exactOptional(),
  needsOperator: z.string().exactOptional(),
  deletionAlarm: z
    .object({ serviceKeepsUntil: MOMENT_TEXT, raisedAfterDays: z.int() })
    .exactOptional()
    .meta({ description: 'Signatures are not archived, and the service deletes them soon.' }),
  metadata: RETURNED_METADATA.exactOptional(),
});

/** The argument of the update `cancel`. */
export const CANCEL_INPUT = z.strictObject({
  reason: z.string().min(1).max(500).meta({ description: 'Without personal data, unless it is encrypted.' }),
  by: z.string().min(1).max(100).exactOptional().meta({ description: 'Who cancels, such as a user name.' }),
  bulk: z
    .literal(true)
    .exactOptional()
    .meta({ description: 'One of many: the call to the service goes behind those that people wait for.' }),
});

/** The answer of the update `cancel`. */
export const CANCEL_ANSWER = z.object({ result: CANCEL_RESULT });
