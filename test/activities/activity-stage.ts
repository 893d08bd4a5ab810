import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { HeartbeatInterceptor, type JobToCreate } from '@signering/activities';
import { sendDirectJob } from '@signering/activities/internal/send-direct-job.js';
import { sendPortalJob } from '@signering/activities/internal/send-portal-job.js';
import type { DocumentToSign } from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import type { SigningApi } from '@signering/signing-api';
import { openFileStorage, type LedgerEntry, type Storage } from '@signering/storage';
import { EXIT_URLS } from '../end-to-end/direct-jobs.js';
import { onePagePdf, SYNTHETIC_SIGNERS } from '../end-to-end/portal-jobs.js';
import { freshFolder } from '../fixtures/index.js';
import { openProductClient } from '../sandbox/stage/product-client.js';
import { startTestSandbox, type TestSandbox } from '../sandbox/stage/test-sandbox.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';

export const POLLING_QUEUE = 'signering-workflows';

/** A sandbox, the client of its API, and a storage: what activities work with, without a worker. */
export interface ActivityStage {
  readonly sandbox: TestSandbox;
  readonly api: SigningApi;
  readonly storage: Storage;
  readonly organizationNumber: string;
  /** Two documents in storage, the second without a usable file name. */
  readonly documents: readonly DocumentToSign[];
  readonly encryption: ReturnType<typeof createJsonEncryption>;
  portalJob(reference: string): Extract<JobToCreate, { readonly flow: 'PORTAL' }>;
  directJob(reference: string): Extract<JobToCreate, { readonly flow: 'DIRECT' }>;
  /** Creates the job at the sandbox, and claims its reference in the ledger. */
  created(job: JobToCreate): Promise<LedgerEntry & Required<Pick<LedgerEntry, 'created'>>>;
  act(signatureJobId: string, act: 'sign' | 'reject'): Promise<void>;
  /** The next status change of the portal queue. */
  nextChange(): Promise<PortalStatusChange>;
  stop(): Promise<void>;
}

/** Runs an activity as attempt 1 without a heartbeat timeout, unless `info` differs. */
export function runActivity<Input, Result>(
  activity: (input: Input) => Promise<Result>,
  input: Input,
  info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {},
): Promise<Result> {
  const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
  return environment.run<[Input], Result, typeof activity>(activity, input);
}

/** Runs one attempt of an activity. Reads and keeps what attempts pass on, as Temporal does between them. */
export function runAttempt<Input, Result>(
  activity: (input: Input) => Promise<Result>,
  input: Input,
  {
    passedOn,
    attempt,
    heartbeatTimeoutMs = 10_000,
  }: { readonly passedOn: unknown[]; readonly attempt: number; readonly heartbeatTimeoutMs?: number },
): Promise<Result> {
  const environment = new MockActivityEnvironment(
    { attempt, heartbeatTimeoutMs, heartbeatDetails: passedOn.at(-1) },
    {
      logger: new DefaultLogger('ERROR'),
      interceptors: [() => ({ inbound: new HeartbeatInterceptor() })],
    },
  );
  environment.on('heartbeat', (details: unknown) => passedOn.push(details));
  return environment.run<[Input], Result, typeof activity>(activity, input);
}

/** Starts a stage; one serves many cases. */
export async function startActivityStage(): Promise<ActivityStage> {
  const sandbox = await startTestSandbox();
  const { announcement } = sandbox.sandbox();
  const { organizationNumber } = announcement;
  const api = await openProductClient(announcement);
  const storage = await openFileStorage({ root: freshFolder('activities'), create: true });
  const encryption = createJsonEncryption(parseKeys(formatKeys([generateKey('test-1')])));
  const put = async (name: string, title: string): Promise<DocumentToSign> => ({
    ...(await storage.documents.put(await onePagePdf(title), { name, mediaType: 'application/pdf' })),
    title,
  });
  const documents = [await put('avtale.pdf', 'Avtalen'), await put('avtale.pdf', 'Vedlegget')];
  const identity = (reference: string) => ({
    organizationNumber,
    reference,
    contentDigest: 'c'.repeat(64),
  });
  const stage: ActivityStage = {
    sandbox,
    api,
    storage,
    organizationNumber,
    documents,
    encryption,
    portalJob: (reference) => ({
      flow: 'PORTAL',
      ...identity(reference),
      job: {
        title: 'Leieavtale',
        documents,
        signers: [
          {
            personalIdentificationNumber: SYNTHETIC_SIGNERS[0]!,
            notifications: { emailAddress: 'kari@example.com' },
          },
        ],
        pollingQueue: POLLING_QUEUE,
      },
    }),
    directJob: (reference) => ({
      flow: 'DIRECT',
      ...identity(reference),
      job: {
        title: 'Leieavtale',
        documents,
        signers: [
          { identifier: { signerIdentifier: 'CUSTOMER-2' } },
          { identifier: { signerIdentifier: 'CUSTOMER-1' } },
        ],
        exitUrls: EXIT_URLS,
      },
    }),
    created: async (job) => {
      const { flow, reference, contentDigest } = job;
      const { pollingQueue } = job.job;
      const claimed = await storage.ledger.claim({
        organizationNumber,
        reference,
        flow,
        contentDigest,
        ...(pollingQueue !== undefined && { pollingQueue }),
        ...CLAIMED_INPUT,
      });
      const {
        signatureJobId,
        createdAt,
        cancellationUrl,
        maskedSigners = [],
      } = job.flow === 'PORTAL'
        ? await sendPortalJob(job, { portal: api.portal, documents: storage.documents }, {})
        : await sendDirectJob(job, { direct: api.direct, documents: storage.documents }, {});
      const url = cancellationUrl !== undefined && { cancellationUrl };
      const created = { signatureJobId, createdAt, maskedSigners, ...url };
      return { ...(await storage.ledger.advance(claimed, { created })), created };
    },
    act: async (signatureJobId, act) => {
      await sandbox.admin('POST', `/jobs/${signatureJobId}/signers/1/${act}`);
    },
    nextChange: async () => {
      const answer = await api.portal.fetchStatusChange({ organizationNumber, pollingQueue: POLLING_QUEUE });
      if (answer.kind !== 'STATUS_CHANGE') throw new Error('The queue is empty.');
      return answer.change;
    },
    stop: async () => {
      await api.close();
      await sandbox.close();
    },
  };
  return stage;
}
