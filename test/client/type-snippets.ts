// Compiled by type-level.test.ts: lines below @ts-expect-error must not compile, all others must.
import { type Client } from '@temporalio/client';
import {
  generateKey,
  isKnownErrorCode,
  SIGNING_OUTCOMES,
  SIGNING_STEPS,
  SigningClient,
  type CallOptions,
  type ClientSettingsWithoutTemporal,
  type DirectJobRequest,
  type JobDescription,
  type JobSummary,
  type PortalJobRequest,
  type RequestedDocument,
  type RequestedDirectSigner,
  type RequestedPortalSigner,
  type Signing,
  type SignedDocumentStream,
} from '@signering/client';
import { InMemorySigningClient } from '@signering/client/testing';

declare const client: SigningClient;
declare const temporalClient: Client;
declare const maybe: string | undefined;
declare const bytes: Uint8Array;
declare const stream: ReadableStream<Uint8Array>;
declare const nodeStream: NodeJS.ReadableStream & AsyncIterable<Uint8Array>;

const documents: readonly RequestedDocument[] = [
  { file: 'contract.pdf' },
  { content: bytes, title: maybe, name: maybe, mediaType: undefined },
  { content: new Blob([]) },
  { content: new File([], 'contract.pdf') },
  { content: stream },
  { content: nodeStream },
  { file: 'contract.pdf', content: undefined },
  // @ts-expect-error neither file nor content
  {},
  // @ts-expect-error both of them at once
  { file: 'contract.pdf', content: bytes },
  // @ts-expect-error text is no content
  { content: 'contract.pdf' },
];

const signers: readonly RequestedPortalSigner[] = [
  { personalIdentificationNumber: '14838500073', emailAddress: maybe, order: undefined },
  { emailAddress: 'kari@example.com' },
  { mobileNumber: '+4799999999', signatureType: undefined },
  // @ts-expect-error an order does not identify a signer
  { order: 1 },
  // @ts-expect-error no way to reach the signer
  {},
];

const directSigners: readonly RequestedDirectSigner[] = [
  { signerIdentifier: 'CUSTOMER-1' },
  { personalIdentificationNumber: '14838500073', signerIdentifier: undefined, onBehalfOf: undefined },
  // @ts-expect-error both of them at once
  { personalIdentificationNumber: '14838500073', signerIdentifier: 'CUSTOMER-1' },
  // @ts-expect-error neither of the two
  {},
];

const portal: PortalJobRequest = {
  reference: 'a',
  title: 'A',
  documents,
  signers,
  description: maybe,
  availableSeconds: undefined,
};
// @ts-expect-error the reference makes a retry the same job
const withoutReference: PortalJobRequest = { title: 'A', documents, signers };

const direct: DirectJobRequest = {
  reference: 'a',
  title: 'A',
  documents,
  signers: directSigners,
  exitUrls: client.makeExitUrls({ baseUrl: 'https://www.example.com', reference: 'a' }),
  statusRetrievalMethod: undefined,
};
// @ts-expect-error browsers have to come back
const withoutExitUrls: DirectJobRequest = { reference: 'a', title: 'A', documents, signers: [] };

async function calls(options: CallOptions): Promise<ArrayBuffer> {
  const { signal } = options;
  const settings: ClientSettingsWithoutTemporal = {
    organizationNumber: '910000007',
    storage: '/var/lib/signering',
    keys: [generateKey('2026-1')],
  };
  const temporal = { connection: { address: 'localhost:7233' }, namespace: 'default' };
  await SigningClient.connect({ settings, temporalClient, interceptors: undefined, logger: console, signal });
  await SigningClient.connect({ settings: { ...settings, temporal }, connectTimeoutMs: undefined });
  await SigningClient.connect({ temporalClient: undefined });
  // @ts-expect-error without temporalClient, the settings have to say where Temporal is
  await SigningClient.connect({ settings });
  // @ts-expect-error without a key nothing can be encrypted
  await SigningClient.connect({ settings: { ...settings, keys: [] }, temporalClient });
  await client.startPortalJob(portal, options);
  await client.startDirectJob(direct, { signal: undefined, timeoutMs: undefined });
  await client.createRedirectUrl('a', { signer: 1 }, options);
  await client.signerReturned('a', { statusQueryToken: 'token', proved: undefined, ...options });
  await client.getJob('a', options);
  await client.waitForResult('a', options);
  await client.saveSignedDocuments('a', { folder: maybe, ...options });
  await client.deleteDocumentsAtService('a', options);
  await client.cancelJob('a', { reason: 'a mistake', by: maybe, ...options });
  await client.retryArchiving('a', { duplicate: maybe, ...options });
  await client.acceptSignedDocuments('a', { by: 'kari', reason: 'checked', ...options });
  await client.listQueues(options);
  await client.getQueue({ flow: 'PORTAL', pollingQueue: 'a' }, options);
  await client.confirmForeignChange({ flow: 'PORTAL', pollingQueue: 'a' }, '1', options);
  // @ts-expect-error the token is a named option
  await client.signerReturned('a', 'token');
  // @ts-expect-error a returned signer has a token
  await client.signerReturned('a', { proved: true });
  // @ts-expect-error milliseconds, not a text
  await client.getJob('a', { timeoutMs: '10s' });
  const { stream: chunks, size }: SignedDocumentStream = await client.signedDocumentStream('a', options);
  await chunks.cancel();
  new Response(chunks, { headers: { 'content-length': String(size) } });
  const { buffer } = await client.signedDocument('a', { name: maybe, ...options });
  return buffer;
}

function listed(job: JobSummary): string {
  if (job.status === 'RUNNING')
    return `${job.state} ${String(job.waitingFor?.length)} ${String(job.deadline)}`;
  // @ts-expect-error only a running job waits for signers
  const waitingFor: unknown = job.waitingFor;
  return `${job.endedAt} ${job.status === 'ENDED' ? job.outcome : job.state} ${String(waitingFor)}`;
}

function describe(job: JobDescription): string {
  if (job.status === 'ENDED') return `${job.outcome} ${job.archive.folder} ${job.signatureJobId}`;
  if (job.status === 'PROCESS_FAILED') return job.failure.code;
  // @ts-expect-error a running job has no archive
  const archive: unknown = job.archive;
  // @ts-expect-error the version is of payloads, not of answers
  const version: unknown = job.version;
  return `${job.state} ${job.waitingFor.length} ${job.startedAt} ${String([archive, version])}`;
}

/** A fake of a test needs only the calls that the tested code uses. */
function usesPart(part: Pick<Signing, 'getJob'>): Promise<JobDescription> {
  return part.getJob('a');
}
const asSigning: Signing = client;
const inMemory: Signing = new InMemorySigningClient({ sector: undefined });

export const SNIPPETS = [
  isKnownErrorCode,
  SIGNING_OUTCOMES,
  SIGNING_STEPS,
  portal,
  withoutReference,
  direct,
  withoutExitUrls,
  calls,
  describe,
  listed,
  usesPart,
  asSigning,
  inMemory,
];
