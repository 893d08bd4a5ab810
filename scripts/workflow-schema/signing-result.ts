import { z } from 'zod';
import type { SigningResult } from '../../contract/index.js';
import { JOB_STATUSES, KNOWN_SIGNER_STATUSES } from '../../schema/index.js';
import type { Same } from './same.js';

const time = z.string().describe('ISO 8601.');

const signer = z
  .object({
    signer: z.int().min(1).describe('Counts from 1, in the order of the input.'),
    maskedIdentifier: z.string(),
    order: z.int(),
    status: z.enum([...KNOWN_SIGNER_STATUSES, 'UNKNOWN']),
    statusText: z.string().describe("The service's own word, where it is an unknown one.").exactOptional(),
    since: z.string().describe('xs:dateTime: when the act behind the status happened.').exactOptional(),
  })
  .readonly();

const archivedDocument = z
  .object({
    name: z.string().describe("The file's name in the job's folder: signed.pdf, xades-1.xml …"),
    sha256: z.string().regex(/^[0-9a-f]{64}$/u),
    size: z.int().describe('In bytes.'),
    check: z
      .object({
        result: z.enum(['INTACT', 'NOT_CHECKED', 'BROKEN']),
        reason: z.string().describe('Why, unless INTACT.').exactOptional(),
      })
      .readonly(),
  })
  .readonly();

const ambiguousCreate = z
  .object({
    attempts: z
      .array(z.object({ attempt: z.int().min(1), startedAt: time, reason: z.string() }).readonly())
      .readonly(),
    duplicates: z
      .array(
        z
          .object({
            signatureJobId: z.string(),
            status: z.enum(JOB_STATUSES),
            signatures: z.int().describe('How many have signed it.'),
            withdrawn: z.enum(['CANCELLED', 'TOO_LATE']).exactOptional(),
          })
          .readonly(),
      )
      .readonly()
      .describe('Other jobs that came of them, as far as they have surfaced.'),
  })
  .readonly()
  .describe('Attempts to create the job of which nobody knew whether they did.');

/** The result of a signing workflow. */
export const signingResult = z
  .object({
    version: z.literal(1),
    flow: z.enum(['PORTAL', 'DIRECT']),
    organizationNumber: z.string(),
    reference: z.string(),
    signatureJobId: z.string(),
    outcome: z.enum(['SIGNED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'FAILED', 'NOT_REPORTED']),
    signers: z.array(signer).readonly(),
    archive: z
      .object({
        folder: z.string().describe("The job's folder, relative to the archive's root."),
        documents: z.array(archivedDocument).readonly(),
      })
      .readonly(),
    steps: z
      .array(
        z
          .object({
            step: z.enum(['CREATE', 'WAIT', 'ARCHIVE', 'CONFIRM']),
            startedAt: time,
            endedAt: time.exactOptional(),
          })
          .readonly(),
      )
      .readonly(),
    ambiguousCreate: ambiguousCreate.exactOptional(),
  })
  .readonly()
  .describe('The result of the workflows portalSigning and directSigning.');

const _same: Same<z.infer<typeof signingResult>, SigningResult> = true;
