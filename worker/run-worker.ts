import { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import {
  checkKeyFingerprints,
  createJsonEncryption,
  createPayloadCodec,
  refuseUnencrypted,
} from '@signering/encryption';
import {
  loadWorkerSettings,
  warnOfExposedSecrets,
  type Environment,
  type WorkerSettings,
} from '@signering/settings';
import { countedProcesses, createSigningApi, type SigningApi } from '@signering/signing-api';
import { openStorage, type Storage } from '@signering/storage';
import { createEmailWorker } from './email-worker.js';
import { startTraceExport } from './export-traces.js';
import { startHealthServer, type HealthServer } from './health-server.js';
import { collectGarbageEarly } from './heap-growth.js';
import { startLedgerWalk } from './ledger-walk.js';
import { logCall } from './log-call.js';
import { createLogger } from './logger.js';
import { markPayloads } from './mark-payloads.js';
import { installRuntime } from './metrics/install-runtime.js';
import { measureCall } from './metrics/measure-calls.js';
import type { Meters } from './metrics/meters.js';
import { samplersOf } from './metrics/samplers.js';
import { startSampling } from './metrics/sampling.js';
import { copyDocumentPackages } from './package-copies.js';
import { readinessChecks } from './readiness.js';
import { loadCertificates, renewCertificates, type UsedCertificates } from './renew-certificates.js';
import { ensureRetentionSchedule } from './retention-schedule.js';
import { registerSearchAttributes } from './search-attributes.js';
import { runTogether } from './run-together.js';
import { createSigningWorker } from './signing-worker.js';
import { connectToTemporal, type TemporalConnections } from './temporal-connections.js';
import { createWebhookWorkers } from './webhook-workers.js';
import { traceCall } from './trace-call.js';
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
  // Before the thread that runs the workflows starts.
  collectGarbageEarly();
  const certificates = await loadCertificates(settings);
  const storage = await openStorage({ ...settings, location: settings.storage, create: true });
  await checkKeyFingerprints(settings.keys, storage.keyFingerprints);
  const logger = createLogger(settings.logLevel);
  for (const warning of warnOfExposedSecrets(env)) logger.warn(warning);
  const traces = await startTraceExport(settings.traces, logger);
  const { healthAddress: address } = settings;
  const health = address && (await startHealthServer({ address, logger }));
  try {
    // Before the first connection, which would install the default runtime and logger.
    const meters = installRuntime({ logger, metricsAddress: settings.metricsAddress });
    await runOn({ env, settings, certificates, storage, logger, meters, health });
  } finally {
    await traces.stop();
    await health?.close();
  }
}

/** What a worker runs on. */
interface Footing {
  readonly settings: WorkerSettings;
  readonly env: Environment;
  /** Those of the start. */
  readonly certificates: UsedCertificates;
  readonly storage: Storage;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly health: HealthServer | undefined;
}

async function runOn({
  env,
  settings,
  certificates,
  storage,
  logger,
  meters,
  health,
}: Footing): Promise<void> {
  const { taskQueue, version, cachedWorkflows } = settings;
  const { namespace } = settings.temporal;
  let used = certificates;
  const api = openSigningApi({ settings, certificates, logger, meters });
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
      keyIds: settings.keys.map(({ id }) => id),
      ...storage,
      taskQueue,
      cachedWorkflows,
      version,
      portal: api.portal,
      direct: api.direct,
      signedDocuments: api.portal,
      temporal: client,
      encryption,
      ambiguousCreate: settings.ambiguousCreate,
      signedDocumentLimits: settings.signedDocumentLimits,
      warnOnlyRules: settings.warnOnlyRules,
      senders: settings.senders,
      retention: settings.retention,
      onRetention: ({ what, result }) => meters.retentionFiles.add(1, { what, result }),
      onArchived: ({ flow, outcome, durationMs }) =>
        meters.archiveDuration.record(durationMs / 1000, { flow, outcome }),
      webhookReceivers: settings.webhooks.receivers,
      sendsEmails: settings.emails !== undefined,
    });
    // A task that is not encrypted comes from no workflow of ours: it would be signed with a receiver's secrets, or sent as ours.
    const encryptedOnly = {
      payloadCodecs: [refuseUnencrypted(codec)],
      failureConverterPath: FAILURE_CONVERTER_PATH,
    };
    const common = { connection: temporal.tasks, namespace, taskQueue, dataConverter: encryptedOnly };
    const webhooks = await createWebhookWorkers({
      ...common,
      temporal: client,
      ...settings.webhooks,
    });
    const { ledger, batches, batchEmails, storageIdentity } = storage;
    const emails =
      settings.emails === undefined
        ? []
        : [
            await createEmailWorker({
              ...common,
              ...settings.emails,
              ledger,
              batches,
              batchEmails,
              onEmail: (outcome) => meters.emails.add(1, { outcome }),
            }),
          ];
    health?.report(
      readinessChecks({ worker, temporal: client, storageIdentity, certificate: () => used.enterprise }),
    );
    logger.info('The worker is ready.', {
      organizationNumber: used.enterprise.organizationNumber,
      namespace,
      taskQueue,
      cachedWorkflows,
      ...version,
    });
    const { retention } = settings;
    await ensureRetentionSchedule({ temporal: client, taskQueue, storageIdentity, retention, logger });
    const { ledgerWalkMs, metricsMs, metricsAddress } = settings;
    const running = [
      renewCertificates({
        env,
        used,
        logger,
        onRenewed: (renewed) => {
          const { enterprise: certificate, trusted: trustedCertificates } = renewed;
          api.renewCertificates({ certificate, trustedCertificates });
          used = renewed;
        },
      }),
      startLedgerWalk({
        ledger,
        batches,
        storageIdentity,
        encryption,
        temporal: client,
        taskQueue,
        senders: settings.senders,
        logger,
        intervalMs: ledgerWalkMs,
      }),
      ...(metricsAddress === undefined
        ? []
        : [
            startSampling({
              temporal: client,
              samplers: samplersOf({
                temporal: client,
                taskQueue,
                meters,
                certificates: () => used,
                receivers: settings.webhooks.receivers.map(({ id }) => id),
              }),
              intervalMs: metricsMs,
              meters,
              logger,
            }),
          ]),
    ];
    try {
      await runTogether([worker, ...webhooks.workers, ...emails]);
    } finally {
      temporal.endRepeats();
      await Promise.all(running.map((part) => part.stop()));
      await webhooks.close();
    }
  } finally {
    await api.close();
    await temporal?.close();
  }
}

function openSigningApi(footing: Omit<Footing, 'env' | 'storage' | 'health'>): SigningApi {
  const { settings, certificates, logger, meters } = footing;
  const { apiUrl, serverOrganizationNumber, apiProcesses, proxy, userAgentSuffix, packageDump } = settings;
  if (packageDump !== undefined) {
    logger.warn('Each document package is copied to a folder: it fills with personal data.', {
      folder: packageDump,
    });
  }
  if (settings.isSandboxUnlimited) {
    logger.warn("The worker does not keep the service's rate limit, because its sandbox counts no calls.", {
      apiUrl,
    });
  }
  const processes = countedProcesses(apiProcesses);
  if (processes !== apiProcesses) {
    logger.warn('Ten calls a second do not divide by this number of workers: a part of them stays unused.', {
      SIGNERING_API_PROCESSES: apiProcesses,
      countedAs: processes,
    });
  }
  return createSigningApi({
    apiUrl,
    certificate: certificates.enterprise,
    trustedCertificates: certificates.trusted,
    serverOrganizationNumber,
    processes,
    rateLimit: settings.isSandboxUnlimited ? { callsPerSecond: Infinity } : {},
    proxy,
    userAgentSuffix,
    onDocumentPackage: packageDump === undefined ? undefined : copyDocumentPackages(packageDump, logger),
    log: {
      write: (entry) => {
        logCall(logger, entry);
        measureCall(meters, entry);
        traceCall(entry);
      },
      bodies: settings.logLevel === 'trace',
    },
  });
}
