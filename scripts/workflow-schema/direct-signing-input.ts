import { z } from 'zod';
import type { DirectSigningInput } from '../../contract/index.js';
import {
  jobIdentity,
  onBehalfOf,
  personalIdentificationNumber,
  sharedContent,
  signatureType,
} from './job-parts.js';
import type { Same } from './same.js';

const exitUrl = z.string().min(1).max(500);

const signer = z
  .strictObject({
    identifier: z.union([
      z.strictObject({ personalIdentificationNumber }).readonly(),
      z
        .strictObject({
          signerIdentifier: z
            .string()
            .min(1)
            .max(80)
            .describe("The sender's own, unique within the job; no personal data."),
        })
        .readonly(),
    ]),
    signatureType: signatureType.exactOptional(),
    onBehalfOf: onBehalfOf.exactOptional(),
  })
  .readonly();

/** The argument of the workflow `directSigning`. */
export const directSigningInput = z
  .strictObject({
    ...jobIdentity,
    job: z
      .strictObject({
        ...sharedContent,
        signers: z.array(signer).min(1).max(10).readonly(),
        exitUrls: z
          .strictObject({
            completionUrl: exitUrl.describe('The signer has signed.'),
            rejectionUrl: exitUrl.describe('The signer has chosen not to sign.'),
            errorUrl: exitUrl.describe('Something went wrong that the signer did not choose.'),
          })
          .readonly(),
        pollingQueue: z
          .string()
          .min(1)
          .describe("Absent: the status is asked for with the token that the signer's browser brings back.")
          .exactOptional(),
      })
      .readonly(),
  })
  .readonly()
  .describe('The argument of the workflow directSigning.');

const _same: Same<z.infer<typeof directSigningInput>, DirectSigningInput> = true;
