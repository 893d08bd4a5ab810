import type { PortalJobRequest } from '@signering/client';
import { inCommandLineTerms } from '../request/command-line-words.js';
import { readPortalRequest } from '../request/portal-request.js';
import { makePdf } from './make-pdf.js';

const TITLE = 'Test of the first signature';
const FILE = 'first-run.pdf';

/** The job of `signering first-run`. */
export interface FirstRequest {
  readonly request: PortalJobRequest;
  /** Translates the client's messages to the command line. */
  readonly translateError: (error: unknown) => unknown;
}

/**
 * A job with one document and one signer. The same signer and reference give the same content, so that a repeated
 * command continues the job.
 * @param signer in the syntax of `--signer`
 * @throws INVALID_REQUEST
 */
export function firstRequest(signer: string, reference: string): FirstRequest {
  const written = { files: [], title: TITLE, signer: [signer], reference, availableFor: '7d' };
  const content = makePdf([
    'This document tests the connection to Posten signering.',
    'It contains no agreement.',
  ]);
  return {
    request: { ...readPortalRequest(written), documents: [{ content, name: FILE, title: TITLE }] },
    translateError: (error) => inCommandLineTerms(error, { ...written, files: [FILE] }),
  };
}
