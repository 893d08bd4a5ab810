import type { PortalSignatureJobResponse, PortalStatusChange } from '@signering/schema';
import type { NewPortalJob, QueueAnswer, SigningApi, Timeouts } from '@signering/signing-api';
import { openProductClient, portalJob } from './product-client.js';
import { startTestSandbox, type TestSandbox } from './test-sandbox.js';

/** A sandbox in which things go wrong, and the product's own client that meets them over TLS. */
export interface FaultyService {
  readonly sandbox: TestSandbox;
  readonly api: SigningApi;
  readonly organizationNumber: string;
  /** Orders a fault. */
  fault(order: object): Promise<void>;
  pending(): Promise<readonly { readonly fault: string; readonly times: number }[]>;
  jobIds(): Promise<readonly string[]>;
  create(request?: NewPortalJob['request']): Promise<PortalSignatureJobResponse>;
  /** Creates a job that its only signer signs. @returns its id */
  signedJob(request?: NewPortalJob['request']): Promise<string>;
  poll(pollingQueue?: string): Promise<QueueAnswer>;
  /** A poll that must bring a change. */
  nextChange(): Promise<PortalStatusChange>;
  /** Another client of the same sender, that waits less long. */
  impatient(timeouts: Timeouts): Promise<SigningApi>;
  close(): Promise<void>;
}

export async function startFaultyService(): Promise<FaultyService> {
  const sandbox = await startTestSandbox();
  const { announcement } = sandbox.sandbox();
  const { organizationNumber } = announcement;
  const clients: SigningApi[] = [];
  const open = async (timeouts?: Timeouts): Promise<SigningApi> => {
    const client = await openProductClient(announcement, timeouts);
    clients.push(client);
    return client;
  };
  const api = await open();
  const create: FaultyService['create'] = async (request) =>
    await api.portal.createSignatureJob(await portalJob(organizationNumber, request));
  const poll: FaultyService['poll'] = async (pollingQueue = '') =>
    await api.portal.fetchStatusChange({ organizationNumber, pollingQueue });
  return {
    sandbox,
    api,
    organizationNumber,
    fault: async (order) => {
      await sandbox.admin('POST', '/faults', order);
    },
    pending: async () =>
      ((await sandbox.admin('GET', '/faults')) as { faults: Awaited<ReturnType<FaultyService['pending']>> })
        .faults,
    jobIds: async () =>
      ((await sandbox.admin('GET', '/jobs')) as { jobs: readonly { signatureJobId: string }[] }).jobs.map(
        ({ signatureJobId }) => signatureJobId,
      ),
    create,
    signedJob: async (request) => {
      const { signatureJobId } = await create(request);
      await sandbox.admin('POST', `/jobs/${signatureJobId}/signers/1/sign`);
      return signatureJobId;
    },
    poll,
    nextChange: async () => {
      const answer = await poll();
      if (answer.kind === 'EMPTY') throw new Error('The queue is empty.');
      return answer.change;
    },
    impatient: open,
    close: async () => {
      for (const client of clients) await client.close();
      await sandbox.close();
    },
  };
}
