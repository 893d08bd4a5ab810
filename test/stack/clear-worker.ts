import { readFileSync } from 'node:fs';
import { Client, type Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import {
  prepareDirectJob,
  preparePortalJob,
  type DirectJobRequest,
  type PortalJobRequest,
  type PreparedDirectJob,
  type PreparedPortalJob,
} from '@signering/client';
import {
  DEFAULT_POLLING_QUEUE,
  signingStartOptionsOf,
  WORKFLOW_TYPES,
  type DirectSigningInput,
  type Flow,
  type PortalSigningInput,
  type SigningResult,
} from '@signering/contract';
import { createJsonEncryption } from '@signering/encryption';
import { loadWorkerSettings } from '@signering/settings';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { createSigningApi } from '@signering/signing-api';
import { demandStorageId, openFileStorage } from '@signering/storage';
import { createSigningWorker } from '@signering/worker';
import type { TestStack } from './test-stack.js';

/** The argument of {@link withClearWorker}. */
export interface ClearWorkerOptions {
  /** Its sandbox, certificate and storage are used; its keys are not. */
  readonly stack: TestStack;
  readonly tasks: NativeConnection;
  readonly signals: Connection;
  readonly namespace: string;
}

type SigningInput = PortalSigningInput | DirectSigningInput;

/** A signing workflow that was started. */
export type ClearSigning = WorkflowHandleWithFirstExecutionRunId<
  (given: SigningInput) => Promise<SigningResult>
>;

/** What can be done while the worker runs. */
export interface ClearWorker {
  readonly client: Client;
  /** Identity of the storage that its jobs lie in. */
  readonly storageId: string;
  /** Starts a job as `SigningClient` does, and answers its workflow. */
  readonly start: (request: PortalJobRequest) => Promise<ClearSigning>;
  readonly startDirect: (request: DirectJobRequest) => Promise<ClearSigning>;
}

/**
 * Runs our workflows and activities against the sandbox with encryption turned off, which no setting can: for tests
 * that look into payloads, and for servers that compare histories.
 */
export async function withClearWorker<T>(
  { stack, tasks, signals, namespace }: ClearWorkerOptions,
  use: (worker: ClearWorker) => Promise<T>,
): Promise<T> {
  const settings = loadWorkerSettings(stack.env);
  const storage = await openFileStorage({ root: settings.storage, create: true });
  const api = createSigningApi({
    apiUrl: settings.apiUrl,
    certificate: await loadEnterpriseCertificate(settings.certificate),
    trustedCertificates: [readFileSync(settings.trustedCertificates!, 'utf8')],
  });
  const client = new Client({ connection: signals, namespace });
  const worker = await createSigningWorker({
    connection: tasks,
    namespace,
    dataConverter: {},
    ...storage,
    portal: api.portal,
    direct: api.direct,
    temporal: client,
    encryption: createJsonEncryption(settings.keys),
    ambiguousCreate: settings.ambiguousCreate,
    signedDocumentLimits: settings.signedDocumentLimits,
    warnOnlyRules: settings.warnOnlyRules,
  });
  const { organizationNumber } = settings;
  const pollingQueue = DEFAULT_POLLING_QUEUE;
  const stored = (documents: PreparedPortalJob['documents']) =>
    Promise.all(
      documents.map(async ({ content, title, ...names }) => ({
        ...(await storage.documents.put(content, names)),
        title,
      })),
    );
  const storageId = await demandStorageId(storage.storageIdentity);
  const startSigning = async (
    flow: Flow,
    { reference, terms, documents }: PreparedPortalJob | PreparedDirectJob,
  ): Promise<ClearSigning> => {
    const job = { ...terms, documents: await stored(documents) };
    const claimed = { organizationNumber, reference, contentDigest: 'in-the-clear', storageId };
    const input = { version: 1, ...claimed, job } as SigningInput;
    const type = flow === 'PORTAL' ? WORKFLOW_TYPES.portalSigning : WORKFLOW_TYPES.directSigning;
    return client.workflow.start<(given: SigningInput) => Promise<SigningResult>>(
      type,
      signingStartOptionsOf(flow, input),
    );
  };
  const start: ClearWorker['start'] = async (request) =>
    startSigning('PORTAL', await preparePortalJob(request, { pollingQueue }));
  const startDirect: ClearWorker['startDirect'] = async (request) =>
    startSigning('DIRECT', await prepareDirectJob(request, { pollingQueue }));
  try {
    return await worker.runUntil(use({ client, storageId, start, startDirect }));
  } finally {
    await api.close();
  }
}
