import { z } from 'zod';
import {
  JOB_PARTS,
  PERSONAL_IDENTIFICATION_NUMBER,
  POLLING_QUEUE,
  SIGNER_PARTS,
  signersOf,
  signingInputOf,
} from './job-parts.js';
import { SIGNER_PROGRESS, SIGNING_OUTCOME } from './signing-result.js';
import { text } from './texts.js';

const SIGNER = z.strictObject({
  identifier: z.union(
    [
      z.strictObject({ personalIdentificationNumber: PERSONAL_IDENTIFICATION_NUMBER }),
      z.strictObject({ signerIdentifier: text({ shortest: 1, longest: 80, open: true }) }),
    ],
    { error: 'must be personalIdentificationNumber, or signerIdentifier without a national identity number' },
  ),
  ...SIGNER_PARTS,
});

/** Spec: direct.xsd, exit-urls; common.xsd, url: at most 500 characters. */
const EXIT_URL = text({ shortest: 1, longest: 500, open: true }).regex(
  /^https?:\/\/\S+$/u,
  'must be a whole URL that begins with https:// or http://',
);

/** The input of the workflow `directSigning`, as systems in other languages write it. Spec: direct.xsd. */
export const DIRECT_SIGNING_INPUT = signingInputOf(
  z.strictObject({
    ...JOB_PARTS,
    signers: signersOf(SIGNER),
    exitUrls: z.strictObject({ completionUrl: EXIT_URL, rejectionUrl: EXIT_URL, errorUrl: EXIT_URL }),
    pollingQueue: POLLING_QUEUE.exactOptional().meta({
      description: 'Absent: the status is asked for with the token that the browser brings back.',
    }),
  }),
);

const SIGNER_NUMBER = z.int().min(1).meta({ description: 'Counts from 1, in the order of the request.' });

const SIGNER_REDIRECT_PARTS = {
  signer: SIGNER_NUMBER,
  redirectUrl: z.string().meta({ description: "Where to send the signer's browser; good for one visit." }),
};

/** The argument of the update `redirectUrls`: nothing. */
export const REDIRECT_URLS_INPUT = z.strictObject({});

/** The answer of the update `redirectUrls`. */
export const REDIRECT_URLS_ANSWER = z.object({
  signatureJobId: z.string(),
  signers: z.array(z.object(SIGNER_REDIRECT_PARTS)),
});

/** The argument of the update `freshRedirectUrl`. */
export const FRESH_REDIRECT_URL_INPUT = z.strictObject({
  signer: z.union([SIGNER_NUMBER, z.string()]).meta({
    description: "The signer's number, from 1, or the name by which the request names the signer.",
  }),
});

/** The answer of the update `freshRedirectUrl`. */
export const FRESH_REDIRECT_URL_ANSWER = z.object(SIGNER_REDIRECT_PARTS);

/** The argument of the update `signerReturned`. */
export const SIGNER_RETURNED_INPUT = z.strictObject({
  statusQueryToken: text({ shortest: 1, longest: 1000 }).meta({
    description: 'status_query_token of the exit URL that the browser came to, decoded once.',
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
