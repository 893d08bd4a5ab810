import type { z } from 'zod';
import { EXIT_URLS, objectOf, SIGNER_IDENTIFIER, signersOf, word } from '@signering/contract/schemas';
import { REQUEST_PARTS, SIGNER_PARTS } from './request-parts.js';

const SIGNER = objectOf(
  { ...SIGNER_PARTS, signerIdentifier: SIGNER_IDENTIFIER.optional() },
  "must be an object such as { signerIdentifier: 'CUSTOMER-1' }",
);

/** Each part of a request by itself; what concerns several parts at once are the rules besides it. */
export const DIRECT_REQUEST_SHAPE = objectOf({
  ...REQUEST_PARTS,
  signers: signersOf(SIGNER),
  exitUrls: EXIT_URLS,
  statusRetrievalMethod: word(['WAIT_FOR_CALLBACK', 'POLLING']).optional(),
});

/** A request whose every part is right by itself. */
export type ShapedDirectRequest = z.infer<typeof DIRECT_REQUEST_SHAPE>;
