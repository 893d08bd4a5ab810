import { z } from 'zod';
import { AVAILABLE_SECONDS_MESSAGE, MAX_AVAILABLE_SECONDS, TEXT_RULES } from '@signering/schema';
import {
  JOB_PARTS,
  jsonRulesOfSigners,
  PERSONAL_IDENTIFICATION_NUMBER,
  POLLING_QUEUE,
  SIGNER_PARTS,
  signersOf,
  signingInputOf,
} from './job-parts.js';
import { havingMembers, objectOf } from './objects.js';
import { EMAIL_ADDRESS, MOBILE_PHONE, MOMENT, text } from './texts.js';

/** The signer's place in the signing order. */
export const SIGNER_ORDER = z
  .int({ error: 'must be a number from 0 to 9' })
  .min(0, 'must be a number from 0 to 9')
  .max(9, 'must be a number from 0 to 9');

/** How long each group of signers can sign; the job rules set the maximum. */
export const AVAILABLE_SECONDS = z
  .int(AVAILABLE_SECONDS_MESSAGE)
  .min(1, AVAILABLE_SECONDS_MESSAGE)
  .meta({ maximum: MAX_AVAILABLE_SECONDS });

/** Title that notifications may show. */
export const NONSENSITIVE_TITLE = text(TEXT_RULES.nonsensitiveTitle);

// For JSON Schema only; the worker checks it as a rule of the job.
const IS_REACHED = {
  anyOf: [
    { ...havingMembers('notifications'), not: havingMembers('notificationsUsingLookup') },
    {
      allOf: [
        havingMembers('notificationsUsingLookup', 'personalIdentificationNumber'),
        { type: 'object', properties: { onBehalfOf: { const: 'SELF' } } },
      ],
      not: havingMembers('notifications'),
    },
  ],
};

const SIGNER = objectOf({
  personalIdentificationNumber: PERSONAL_IDENTIFICATION_NUMBER.exactOptional().meta({
    description: 'Absent: the signer is identified by the contact information in notifications.',
  }),
  order: SIGNER_ORDER.exactOptional().meta({
    description: 'A group may sign when every lower group has signed.',
  }),
  ...SIGNER_PARTS,
  notifications: objectOf({
    emailAddress: EMAIL_ADDRESS.exactOptional(),
    mobileNumber: MOBILE_PHONE.exactOptional(),
  })
    .refine((addresses) => Object.keys(addresses).length > 0, 'must hold emailAddress or mobileNumber')
    .meta({ minProperties: 1 })
    .exactOptional()
    .meta({ description: 'Where the signer is notified: at least one of the two.' }),
  notificationsUsingLookup: objectOf({ sms: z.boolean({ error: 'must be true or false' }) })
    .exactOptional()
    .meta({ description: 'Public senders only: the service looks the signer up in the contact register.' }),
}).meta(IS_REACHED);

const AVAILABILITY = objectOf({
  activationTime: MOMENT.exactOptional().meta({
    description: 'At most 365 days ahead. Absent or past: immediately.',
  }),
  availableSeconds: AVAILABLE_SECONDS.exactOptional().meta({ description: 'For each group of signers.' }),
});

/** The input of the workflow `portalSigning`, as systems in other languages write it. Spec: portal.xsd. */
export const PORTAL_SIGNING_INPUT = signingInputOf(
  objectOf({
    ...JOB_PARTS,
    nonsensitiveTitle: NONSENSITIVE_TITLE.exactOptional().meta({
      description: 'Title that notifications may show.',
    }),
    signers: signersOf(SIGNER),
    availability: AVAILABILITY.exactOptional(),
    pollingQueue: POLLING_QUEUE,
  }).meta(jsonRulesOfSigners(havingMembers('personalIdentificationNumber'))),
);
