import {
  SigningError,
  type EmailRecipient,
  type ErrorCode,
  type Problem,
  type Signing,
} from '@signering/client';
import { whatIsWrongWithEmailAddress } from '@signering/schema';
import type { Sealing } from '../database/sealing.js';
import type { JobRow } from '../database/tables.js';
import { jobRequestOf } from '../drafts/job-request.js';
import type { People } from '../people/people.js';
import { languageOf } from '../server/language.js';
import type { JobSender, JobStore, PortalJob } from './job-store.js';
import { searchTermsOf } from './search-terms.js';

/** How a send ended. */
export type SendOutcome =
  | { readonly kind: 'SENT' }
  /** Nothing was sent; the draft has the code, and the person can correct it. */
  | { readonly kind: 'REFUSED'; readonly problems: readonly Problem[] }
  | { readonly kind: 'REFERENCE_TAKEN' }
  /** The draft has changed since it was read. */
  | { readonly kind: 'CHANGED' }
  /** It is not known whether the client has it: the same call later continues. With a code only an operator can help. */
  | { readonly kind: 'NOT_NOW'; readonly operatorMustAct?: ErrorCode };

/** The system refused the call, not the job. An earlier call may have claimed the reference, and workers would start it. */
const OF_OPERATORS: ReadonlySet<ErrorCode> = new Set([
  'TEMPORAL_REFUSED',
  'KEY_MISMATCH',
  'VERSION_NOT_SUPPORTED',
]);
/** The same of the client alone: the portal's own content may be damaged too, and then the client has not been called. */
const OF_OPERATORS_FROM_CLIENT: ReadonlySet<ErrorCode> = new Set([...OF_OPERATORS, 'STORED_CONTENT_DAMAGED']);

/** The parts that a send uses. */
export interface SendParts {
  readonly jobs: JobStore;
  readonly sealing: Sealing;
  readonly clientOf: (organization: string) => Signing;
  readonly people: Pick<People, 'profileOf'>;
  /** The portal's origin in browsers, for links in emails. */
  readonly url: string;
}

/**
 * Hands a draft to the client. Safe to repeat, also at the same time: reference and content are fixed before the first
 * call, and the client answers a repeated one with the same job.
 */
export async function sendJob(parts: SendParts, job: PortalJob, sender: JobSender): Promise<SendOutcome> {
  const stage = await parts.jobs.beginSending(job, sender);
  return stage === 'SENDING' ? await continueSending(parts, job.row) : { kind: stage };
}

/** Goes on with a send that has begun. */
export async function continueSending(
  parts: SendParts,
  row: Pick<JobRow, 'id' | 'organization' | 'person_id'>,
  signal?: AbortSignal,
): Promise<SendOutcome> {
  const { jobs } = parts;
  await jobs.work.markChecked(row.id, 'SENDING');
  let ofOperators = OF_OPERATORS;
  const onCall = (): void => void (ofOperators = OF_OPERATORS_FROM_CLIENT);
  try {
    return await handOver(parts, row, { signal, onCall });
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    if (error.retryable) return { kind: 'NOT_NOW' };
    if (ofOperators.has(error.code)) return { kind: 'NOT_NOW', operatorMustAct: error.code };
    await jobs.work.abandonSending(row.id, error.code);
    if (error.code === 'REFERENCE_IN_USE') return { kind: 'REFERENCE_TAKEN' };
    return { kind: 'REFUSED', problems: error.facts.problems ?? [] };
  }
}

async function handOver(
  parts: SendParts,
  { id, organization, person_id: personId }: Pick<JobRow, 'id' | 'organization' | 'person_id'>,
  { signal, onCall }: { readonly signal: AbortSignal | undefined; readonly onCall: () => void },
): Promise<SendOutcome> {
  const { jobs, sealing, clientOf } = parts;
  const fixed = await jobs.find({ organization, personId, role: 'ACCOUNT_MANAGER' }, id);
  if (fixed?.row.stage !== 'SENDING') return { kind: 'SENT' };
  const documents = await jobs.documents.contents(id);
  const request = jobRequestOf(fixed.row.reference, fixed.content, documents);
  const emailsTo = await recipientOf(fixed.row, `/jobs/${id}`, parts);
  onCall();
  await clientOf(organization).startPortalJob(request, { signal, emailsTo });
  await jobs.work.finishSending(
    fixed.row,
    searchTermsOf({ reference: fixed.row.reference, content: fixed.content }, sealing),
  );
  return { kind: 'SENT' };
}

/**
 * The person who made a job or batch; undefined without an address that can be read and written to, which stops neither.
 * @param page its path
 */
export async function recipientOf(
  { person_id: personId, language }: Pick<JobRow, 'person_id' | 'language'>,
  page: string,
  { people, url }: Pick<SendParts, 'people' | 'url'>,
): Promise<EmailRecipient | undefined> {
  const profile = await people.profileOf(personId).catch((error: unknown) => {
    if (!(error instanceof SigningError)) throw error;
  });
  const { emailAddress = '' } = profile ?? {};
  if (whatIsWrongWithEmailAddress(emailAddress) !== undefined) return undefined;
  return { emailAddress, language: languageOf(language ?? undefined, undefined), link: `${url}${page}` };
}
