import { SigningError, type Problem, type Signing } from '@signering/client';
import type { Sealing } from '../database/sealing.js';
import { jobRequestOf } from '../drafts/job-request.js';
import type { JobStore, PortalJob } from './job-store.js';

/** How a send ended. */
export type SendOutcome =
  /** The client has the job; `first`: by this call. */
  | { readonly kind: 'SENT'; readonly first: boolean }
  /** Nothing was sent; the person can correct the draft. */
  | { readonly kind: 'REFUSED'; readonly problems: readonly Problem[] }
  | { readonly kind: 'REFERENCE_TAKEN' }
  /** It is not known whether the client has it: the same call later continues. */
  | { readonly kind: 'NOT_NOW' };

/** The parts that a send uses. */
export interface SendParts {
  readonly jobs: JobStore;
  readonly sealing: Sealing;
  readonly clientOf: (organization: string) => Signing;
}

/**
 * Hands a draft to the client. Safe to repeat, also at the same time: reference and content are fixed before the first
 * call, and the client answers a repeated one with the same job.
 */
export async function sendJob({ jobs, sealing, clientOf }: SendParts, job: PortalJob): Promise<SendOutcome> {
  const { id, organization } = job.row;
  const stage = await jobs.beginSending(job);
  if (stage === 'REFERENCE_TAKEN') return { kind: 'REFERENCE_TAKEN' };
  if (stage === 'SENT') return { kind: 'SENT', first: false };
  const viewer = { organization, personId: job.row.person_id, role: 'ACCOUNT_MANAGER' } as const;
  const fixed = await jobs.find(viewer, id);
  if (fixed === undefined) return { kind: 'SENT', first: false };
  const documents = await jobs.documents.contents(id);
  const request = jobRequestOf(fixed.row.reference, fixed.content, documents);
  try {
    await clientOf(organization).startPortalJob(request);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    if (error.code === 'REFERENCE_IN_USE') {
      await jobs.abandonSending(job);
      return { kind: 'REFERENCE_TAKEN' };
    }
    if (error.code === 'INVALID_REQUEST' || error.code === 'DOCUMENT_NOT_ACCEPTED') {
      await jobs.abandonSending(job);
      return { kind: 'REFUSED', problems: error.facts.problems ?? [] };
    }
    return { kind: 'NOT_NOW' };
  }
  const terms = [
    sealing.hashOf('REFERENCE', fixed.row.reference),
    ...request.signers.flatMap(({ personalIdentificationNumber, emailAddress, mobileNumber }) => [
      ...(personalIdentificationNumber === undefined
        ? []
        : [sealing.hashOf('NUMBER', personalIdentificationNumber)]),
      ...(emailAddress === undefined ? [] : [sealing.hashOf('EMAIL', emailAddress)]),
      ...(mobileNumber === undefined ? [] : [sealing.hashOf('MOBILE', mobileNumber)]),
    ]),
  ];
  return { kind: 'SENT', first: await jobs.finishSending(fixed, terms) };
}
