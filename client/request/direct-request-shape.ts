import { z } from 'zod';
import { containsNationalIdentityNumber, whatIsWrongWithExitUrl } from '../../schema/index.js';
import { REQUEST_PARTS, requestOf, SIGNER_PARTS, signersOf } from './request-parts.js';
import { messageText, openMessageText, word } from './texts.js';

const SIGNER = z.strictObject({
  ...SIGNER_PARTS,
  signerIdentifier: messageText(1, 80)
    .refine(
      (text) => !containsNationalIdentityNumber(text),
      'must not hold a national identity number, because others can read it: that is personalIdentificationNumber',
    )
    .optional(),
});

/** Blank or with control characters it could not even stand in the message. */
const EXIT_URL = openMessageText(1, Infinity).superRefine((url, context) => {
  const message = whatIsWrongWithExitUrl(url);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** Each part of a request by itself; what concerns several parts at once are the rules besides it. */
export const DIRECT_REQUEST_SHAPE = requestOf({
  ...REQUEST_PARTS,
  signers: signersOf(SIGNER),
  exitUrls: z.strictObject(
    { completionUrl: EXIT_URL, rejectionUrl: EXIT_URL, errorUrl: EXIT_URL },
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'must name completionUrl, rejectionUrl and errorUrl' : undefined,
    },
  ),
  statusRetrieval: word(['WAIT_FOR_CALLBACK', 'POLLING']).optional(),
});

/** A request whose every part is right by itself. */
export type ShapedDirectRequest = z.infer<typeof DIRECT_REQUEST_SHAPE>;
