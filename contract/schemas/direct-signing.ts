import { z } from 'zod';
import {
  JOB_PARTS,
  jsonRulesOfSigners,
  PERSONAL_IDENTIFICATION_NUMBER,
  POLLING_QUEUE,
  SIGNER_IDENTIFIER,
  SIGNER_PARTS,
  signersOf,
  signingInputOf,
} from './job-parts.js';
import { havingMembers, objectOf } from './objects.js';
import { SIGNER_PROGRESS, SIGNING_OUTCOME } from './signing-result.js';
import { EXIT_URL, text } from './texts.js';

const IDENTIFIER = z.union(
  [
    objectOf({ personalIdentificationNumber: PERSONAL_IDENTIFICATION_NUMBER }),
    objectOf({ signerIdentifier: SIGNER_IDENTIFIER }),
  ],
  { error: 'must be personalIdentificationNumber, or signerIdentifier without a national identity number' },
);

const SIGNER = objectOf({ identifier: IDENTIFIER, ...SIGNER_PARTS });

/** Where browsers come back, one URL for each ending. Spec: direct.xsd, exit-urls; common.xsd, url. */
export const EXIT_URLS = objectOf(
  { completionUrl: EXIT_URL, rejectionUrl: EXIT_URL, errorUrl: EXIT_URL },
  'must name completionUrl, rejectionUrl and errorUrl',
);

const BY_PIN = {
  type: 'object',
  properties: { identifier: havingMembers('personalIdentificationNumber') },
};

/** The input of the workflow `directSigning`, as systems in other languages write it. Spec: direct.xsd. */
export const DIRECT_SIGNING_INPUT = signingInputOf(
  objectOf({
    ...JOB_PARTS,
    signers: signersOf(SIGNER),
    exitUrls: EXIT_URLS,
    pollingQueue: POLLING_QUEUE.exactOptional().meta({
      description: 'Absent: the status is fetched with the token that the browser brings back.',
    }),
  }).meta(jsonRulesOfSigners(BY_PIN)),
);

const SIGNER_NUMBER = z.int().min(1).meta({ description: 'Counts from 1, in the order of the request.' });

const SIGNER_REDIRECT_PARTS = {
  signer: SIGNER_NUMBER,
  signerIdentifier: z.string().exactOptional().meta({
    description: "The sender's own identifier of the signer, where the request has one.",
  }),
  redirectUrl: z.string().meta({ description: "Where to send the signer's browser; valid for one visit." }),
};

/** The argument of the update `redirectUrls`: nothing. */
export const REDIRECT_URLS_INPUT = z.strictObject({});

/** The answer of the update `redirectUrls`. */
export const REDIRECT_URLS_ANSWER = z.object({
  signatureJobId: z.string(),
  redirects: z.array(z.object(SIGNER_REDIRECT_PARTS)),
});

/** The argument of the update `freshRedirectUrl`. */
export const FRESH_REDIRECT_URL_INPUT = z
  .union([
    z.strictObject({ signer: SIGNER_NUMBER }),
    z.strictObject({ signerIdentifier: SIGNER_IDENTIFIER }),
    z.strictObject({ personalIdentificationNumber: PERSONAL_IDENTIFICATION_NUMBER }),
  ])
  .meta({ description: 'A signer by number, or by the identifier of the request.' });

/** The answer of the update `freshRedirectUrl`. */
export const FRESH_REDIRECT_URL_ANSWER = z.object(SIGNER_REDIRECT_PARTS);

/** The argument of the update `signerReturned`. */
export const SIGNER_RETURNED_INPUT = z.strictObject({
  statusQueryToken: text({ shortest: 1, longest: 1000 }).meta({
    description: 'status_query_token of the exit URL that the browser was sent to, decoded once.',
  }),
  proved: z.boolean().exactOptional().meta({
    description:
      "True: the sender has verified the exit URL's proof, or knows the visitor by a session. Absent or false: the token shares a small budget.",
  }),
});

/** The answer of the update `signerReturned`. */
export const SIGNER_RETURNED_ANSWER = z.object({
  signatureJobId: z.string(),
  signers: z.array(SIGNER_PROGRESS),
  outcome: SIGNING_OUTCOME.exactOptional(),
});
