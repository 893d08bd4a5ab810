import { z } from 'zod';
import type { PortalSigningInput } from '../../contract/index.js';
import {
  jobIdentity,
  onBehalfOf,
  personalIdentificationNumber,
  sharedContent,
  signatureType,
  title,
} from './job-parts.js';
import type { Same } from './same.js';

const signer = z
  .strictObject({
    personalIdentificationNumber: personalIdentificationNumber
      .describe('Absent: the signer is identified by the contact information in notifications.')
      .exactOptional(),
    order: z
      .int()
      .min(0)
      .max(9)
      .describe('A group may sign when every lower group has signed.')
      .exactOptional(),
    signatureType: signatureType.exactOptional(),
    notifications: z
      .strictObject({
        emailAddress: z.string().exactOptional(),
        mobileNumber: z.string().exactOptional(),
      })
      .describe('At least one of the two.')
      .readonly()
      .exactOptional(),
    notificationsUsingLookup: z
      .strictObject({ sms: z.boolean() })
      .describe('Public senders only: the service looks the signer up in the national contact register.')
      .readonly()
      .exactOptional(),
    onBehalfOf: onBehalfOf.exactOptional(),
  })
  .readonly();

const availability = z
  .strictObject({
    activationTime: z.string().describe('xs:dateTime; absent or past: at once.').exactOptional(),
    availableSeconds: z.int().min(0).max(7_776_000).describe('For each group of signers.').exactOptional(),
  })
  .readonly();

const { title: jobTitle, description, ...restOfContent } = sharedContent;

/** The argument of the workflow `portalSigning`. */
export const portalSigningInput = z
  .strictObject({
    ...jobIdentity,
    job: z
      .strictObject({
        title: jobTitle,
        nonsensitiveTitle: title.describe('What notifications say of the job.').exactOptional(),
        description,
        ...restOfContent,
        signers: z.array(signer).min(1).max(10).readonly(),
        availability: availability.exactOptional(),
        pollingQueue: z.string().min(1).describe('Usually signering-workflows.'),
      })
      .readonly(),
  })
  .readonly()
  .describe('The argument of the workflow portalSigning.');

const _same: Same<z.infer<typeof portalSigningInput>, PortalSigningInput> = true;
