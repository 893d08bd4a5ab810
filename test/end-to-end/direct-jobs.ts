import assert from 'node:assert/strict';
import {
  SigningError,
  type DirectJobRequest,
  type RequestedDirectSigner,
  type SigningClient,
  type StartedDirectJob,
} from '@signering/client';
import { repeatWhile } from '../fixtures/index.js';
import { Visitor } from '../sandbox/stage/visitor.js';
import { onePagePdf, SYNTHETIC_SIGNERS } from './portal-jobs.js';

/** No server listens there: the scripted browser stops before the request. */
export const EXIT_URLS = {
  completionUrl: 'https://sender.example/signed?case=17',
  rejectionUrl: 'https://sender.example/rejected',
  errorUrl: 'https://sender.example/failed#top',
} as const;

/** A job for the web site's own customer, unless other signers are given. */
export async function directJob(
  reference: string,
  {
    signers = [{ signerIdentifier: 'CUSTOMER-1' }],
    ...others
  }: { readonly signers?: readonly RequestedDirectSigner[] } & Partial<DirectJobRequest> = {},
): Promise<DirectJobRequest> {
  return {
    reference,
    title: 'Agreement',
    documents: [
      { content: await onePagePdf(`Agreement ${reference}`), name: 'agreement.pdf', title: 'Agreement' },
    ],
    signers,
    exitUrls: EXIT_URLS,
    ...others,
  };
}

/**
 * Repeats a call while it ends with JOB_NOT_CREATED_YET, as a caller does, and returns what it ends with then: on a busy
 * machine the worker's first job takes longer than a call waits.
 */
export function whenCreated<T>(call: () => Promise<T>): Promise<T> {
  const isTooEarly = (error: unknown) =>
    error instanceof SigningError && error.code === 'JOB_NOT_CREATED_YET';
  return repeatWhile(isTooEarly, call, { what: 'the direct job is created' });
}

/** Starts a direct job, with {@link whenCreated}: `existing` tells nothing. */
export function createdDirectJob(
  client: SigningClient,
  request: DirectJobRequest,
): Promise<StartedDirectJob> {
  return whenCreated(() => client.startDirectJob(request));
}

/** What a signer does at the service. */
export type CeremonyEnd = 'sign' | 'reject' | 'fail';

/** A signer's browser goes to the redirect URL, does that, and is sent to an exit URL. */
export async function visit(
  redirectUrl: string,
  end: CeremonyEnd,
  person = SYNTHETIC_SIGNERS[0]!,
): Promise<{ readonly exitUrl: string; readonly token: string }> {
  const browser = new Visitor(redirectUrl);
  const ceremony = await browser.open(redirectUrl);
  assert.equal(ceremony.status, 200, `the ceremony answers ${ceremony.status}`);
  const fields = end === 'sign' ? { person, consent: 'yes' } : {};
  const { url: exitUrl } = await browser.send(`${ceremony.url}/${end}`, fields);
  const token = new URL(exitUrl).searchParams.get('status_query_token');
  assert.ok(token !== null, 'the browser came back without a token');
  return { exitUrl, token };
}
