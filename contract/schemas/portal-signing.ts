import { z } from 'zod';
import { whatIsWrongWithActivationTime } from '../../schema/index.js';
import {
  JOB_PARTS,
  PERSONAL_IDENTIFICATION_NUMBER,
  POLLING_QUEUE,
  SIGNER_PARTS,
  signersOf,
  signingInputOf,
} from './job-parts.js';
import { MOMENT, pattern, text } from './texts.js';

const SIGNER = z.strictObject({
  personalIdentificationNumber: PERSONAL_IDENTIFICATION_NUMBER.exactOptional().meta({
    description: 'Absent: the signer is identified by the contact information in notifications.',
  }),
  order: z
    .int({ error: 'must be a number from 0 to 9' })
    .min(0)
    .max(9)
    .exactOptional()
    .meta({ description: 'A group may sign when every lower group has signed.' }),
  ...SIGNER_PARTS,
  notifications: z
    .strictObject({
      emailAddress: text({ shortest: 3, longest: 254 }).exactOptional(),
      mobileNumber: pattern(
        /^\+?[0-9]{8,15}$/u,
        'must be 8 to 15 digits, perhaps with + in front',
      ).exactOptional(),
    })
    .exactOptional()
    .meta({ description: 'Where the signer is asked: at least one of the two.' }),
  notificationsUsingLookup: z
    .strictObject({ sms: z.boolean({ error: 'must be true or false' }) })
    .exactOptional()
    .meta({ description: 'Public senders only: the service looks the signer up in the contact register.' }),
});

const AVAILABILITY = z.strictObject({
  activationTime: MOMENT.superRefine((value, context) => {
    const message = whatIsWrongWithActivationTime(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
    .exactOptional()
    .meta({ description: 'At most 365 days ahead. Absent or past: at once.' }),
  availableSeconds: z
    .int({ error: 'must be whole seconds' })
    .min(1)
    .max(7_776_000)
    .exactOptional()
    .meta({ description: 'For each group of signers.' }),
});

/** The input of the workflow `portalSigning`, as systems in other languages write it. Spec: portal.xsd. */
export const PORTAL_SIGNING_INPUT = signingInputOf(
  z.strictObject({
    ...JOB_PARTS,
    nonsensitiveTitle: text({ shortest: 1, longest: 80, open: true })
      .exactOptional()
      .meta({ description: 'What notifications say of the job.' }),
    signers: signersOf(SIGNER),
    availability: AVAILABILITY.exactOptional(),
    pollingQueue: POLLING_QUEUE,
  }),
);
