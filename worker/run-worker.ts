import { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { checkKeyFingerprints, createJsonEncryption, createPayloadCodec } from '@signering/encryption';
import { loadWorkerSettings, type Environment } from '@signering/settings';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { countedProcesses, createSigningApi, readTrustedCertificates } from '@signering/signing-api';
import { openFileStorage } from '@signering/storage';
import { startLedgerWalk } from './ledger-walk.js';
import { logCall } from './log-call.js';
import { createLogger } from './logger.js';
import { copyDocumentPackages } from './package-copies.js';
import { registerSearchAttributes } from './search-attributes.js';
import { createSigningWorker } from './signing-worker.js';
import { connectToTemporal, type TemporalConnections } from './temporal-connections.js';
import { markPayloads } from './mark-payloads.js';
import { FAILURE_CONVERTER_PATH } from './workflow-bundle.js';

/** The argument of {@link runWorker}. */
export interface RunWorkerOptions {
  /** Where the settings are read from. */
  readonly env: Environment;
}

/**
 * Runs a worker until SIGINT or SIGTERM, then lets running activities finish.
 * @throws INVALID_SETTINGS, CERTIFICATE_UNUSABLE, KEY_MISMATCH, STORAGE_UNAVAILABLE, TEMPORAL_UNAVAILABLE,
 * TEMPORAL_REFUSED
 */
export async function runWorker({ env }: RunWorkerOptions): Promise<void> {
  const settings = loadWorkerSettings(env);
  const certificate = await loadEnterpriseCertificate(settings.certificate);
  const trustedCertificates =
    settings.trustedCertificates === undefined
      ? undefined
      : await readTrustedCertificates(settings.trustedCertificates);
  const storage = await openFileStorage({ root: settings.storage, create: true });
  await checkKeyFingerprints(settings.keys, storage.keyFingerprints);
  const logger = createLogger(settings.logLevel);
  // Before the first connection, which would install the default runtime and logger.
  Runtime.install({ logger });

  if (settings.packageDump !== undefined) {
    logger.warn('Each document package is copied to a folder: it fills with personal data.', {
      folder: settings.packageDump,
    });
  }
  const { apiUrl, serverOrganizationNumber, ambiguousCreate, apiProcesses } = settings;
  const processes = countedProcesses(apiProcesses);
  if (processes !== apiProcesses) {
    logger.warn('Ten calls a second do not divide by this number of workers: a part of them stays unused.', {
      SIGNERING_API_PROCESSES: apiProcesses,
      countedAs: processes,
    });
  }
  const api = createSigningApi({
    apiUrl,
    certificate,
    ...(trustedCertificates !== undefined && { trustedCertificates }),
    serverOrganizationNumber,
    processes,
    ...(settings.proxy !== undefined && { proxy: settings.proxy }),
    ...(settings.userAgentSuffix !== undefined && { userAgentSuffix: settings.userAgentSuffix }),
    ...(settings.packageDump !== undefined && {
      onDocumentPackage: copyDocumentPackages(settings.packageDump, logger),
    }),
    log: { write: (entry) => logCall(logger, entry), bodies: settings.logLevel === 'trace' },
  });
  const { namespace } = settings.temporal;
  let temporal: TemporalConnections | undefined;
  try {
    temporal = await connectToTemporal(settings.temporal);
    await registerSearchAttributes(temporal.signals, namespace);
    const codec = createPayloadCodec(settings.keys);
    const marking = markPayloads({
      codec,
      accepted: settings.acceptUnencrypted,
      identityNumberCheck: settings.identityNumberCheck,
      ledger: storage.ledger,
    });
    const encryption = createJsonEncryption(settings.keys);
    const client = new Client({
      connection: temporal.signals,
      namespace,
      dataConverter: { payloadCodecs: [codec] },
    });
    const worker = await createSigningWorker({
      connection: temporal.tasks,
      namespace,
      dataConverter: { payloadCodecs: [marking], failureConverterPath: FAILURE_CONVERTER_PATH },
      ...storage,
      portal: api.portal,
      direct: api.direct,
      signedDocuments: api.portal,
      temporal: client,
      encryption,
      ambiguousCreate,
      signedDocumentLimits: settings.signedDocumentLimits,
      warnOnlyRules: settings.warnOnlyRules,
      senders: settings.senders,
    });
    logger.info('The worker is ready.', { organizationNumber: certificate.organizationNumber, namespace });
    const walk = startLedgerWalk({
      ledger: storage.ledger,
      storageIdentity: storage.storageIdentity,
      encryption,
      temporal: client,
      logger,
      intervalMs: settings.ledgerWalkMs,
    });
    try {
      await worker.run();
    } finally {
      await walk.stop();
    }
  } finally {
    await api.close();
    await temporal?.close();
  }
}
