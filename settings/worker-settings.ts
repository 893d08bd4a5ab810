import type { EncryptionKeys } from '@signering/encryption';
import type { EvidenceRuleId, IdentityNumberCheck } from '@signering/schema';
import { readEmailSettings, type EmailSettings } from './email-settings.js';
import type { Environment } from './environment.js';
import type { ListenAddress } from './listen-address.js';
import { parseSettings } from './parse-settings.js';
import { s3SettingsOf, type S3WorkerSettings } from './s3-settings.js';
import { WORKER_VALUES, workerProblemsOf } from './setting-values.js';
import type { TemporalSettings } from './temporal-settings.js';
import { readTraceSettings, type TraceSettings } from './trace-settings.js';
import { readWebhookSettings, type WebhookSettings } from './webhook-settings.js';
import { memoryLimits, workflowCacheFor } from './workflow-cache.js';

/** Settings of a worker. */
export interface WorkerSettings {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The senders for whom the worker calls the service: the own organisation and those that the setting names. */
  readonly senders: ReadonlySet<string>;
  /** The storage that client and worker share: a folder, or `s3://bucket/prefix`. */
  readonly storage: string;
  /** For a storage in S3. */
  readonly s3?: S3WorkerSettings;
  /** Whether documents and archive are encrypted when they are written. */
  readonly encryptStorage: boolean;
  readonly keys: EncryptionKeys;
  /** Location of the enterprise certificate. */
  readonly certificate: { readonly file: string; readonly password?: string };
  /** `production`, `difitest`, or the root of another signature API, without a trailing slash. */
  readonly apiUrl: string;
  /** The organisation number that the service's certificate must contain. */
  readonly serverOrganizationNumber: string;
  /** A file with CA certificates, or a folder of such files. @default those shipped for the environment */
  readonly trustedCertificates?: string;
  /** An HTTP proxy. Treat it as a secret: it may contain user and password. */
  readonly proxy?: string;
  readonly userAgentSuffix?: string;
  /** The folder for a copy of each document package. */
  readonly packageDump?: string;
  /** Number of processes that call the service with this certificate, including this one. */
  readonly apiProcesses: number;
  /** Calls a sandbox without a rate limit. */
  readonly isSandboxUnlimited: boolean;
  /** What to do when it is unknown whether a job was created. */
  readonly ambiguousCreate: 'retry' | 'ask';
  /** Size limits of a signed document; a larger one waits for an operator. */
  readonly signedDocumentLimits: { readonly padesBytes: number; readonly xadesBytes: number };
  /** BROKEN evidence rules that only warn. */
  readonly warnOnlyRules: ReadonlySet<EvidenceRuleId>;
  /** Longest interval between two walks through open jobs, in milliseconds. */
  readonly ledgerWalkMs: number;
  /** Whether jobs can be started with unencrypted input. */
  readonly acceptUnencrypted: boolean;
  /** Whether check digits of identity numbers in unencrypted input are verified. */
  readonly identityNumberCheck: IdentityNumberCheck;
  /** No receivers: jobs publish no events. */
  readonly webhooks: WebhookSettings;
  /** Absent: no emails are sent. */
  readonly emails?: EmailSettings;
  readonly traces: TraceSettings;
  /** What is removed after how many days. Absent: never. */
  readonly retention: {
    readonly documentsDays?: number;
    readonly serviceCopiesDays?: number;
    readonly archiveDays?: number;
  };
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** Where metrics are served. @default nowhere */
  readonly metricsAddress?: ListenAddress;
  /** Interval at which jobs, queues and certificates are measured, in milliseconds. */
  readonly metricsMs: number;
  /** The most workflows that stay in memory. */
  readonly cachedWorkflows: number;
  /** Where health is served. @default nowhere */
  readonly healthAddress?: ListenAddress;
  /** Temporal's task queue. */
  readonly taskQueue: string;
  /** For Temporal's worker versioning. @default not versioned */
  readonly version?: { readonly deploymentName: string; readonly buildId: string };
  readonly temporal: TemporalSettings;
}

/** @throws INVALID_SETTINGS naming every mistake */
export function loadWorkerSettings(env: Environment): WorkerSettings {
  const { values, keys, temporal } = parseSettings(env, {
    shape: WORKER_VALUES,
    problemsOf: workerProblemsOf,
  });
  const password = values.SIGNERING_CERTIFICATE_PASSWORD;
  const { SIGNERING_PROXY: proxy, SIGNERING_USER_AGENT: userAgentSuffix } = values;
  const { SIGNERING_METRICS_ADDRESS: metricsAddress, SIGNERING_HEALTH_ADDRESS: healthAddress } = values;
  const { SIGNERING_DEPLOYMENT: deploymentName, SIGNERING_BUILD_ID: buildId } = values;
  const { SIGNERING_RETENTION_DOCUMENTS_DAYS: documentsDays } = values;
  const { SIGNERING_RETENTION_SERVICE_DAYS: serviceCopiesDays } = values;
  const { SIGNERING_RETENTION_ARCHIVE_DAYS: archiveDays } = values;
  const packageDump = values.SIGNERING_DUMP_PACKAGES;
  const trustedCertificates = values.SIGNERING_TRUSTED_CERTIFICATES;
  const emails = readEmailSettings(values, []);
  return {
    organizationNumber: values.SIGNERING_ORGANIZATION,
    senders: new Set([values.SIGNERING_ORGANIZATION, ...(values.SIGNERING_SENDERS ?? [])]),
    storage: values.SIGNERING_STORAGE,
    ...s3SettingsOf(values),
    encryptStorage: values.SIGNERING_STORAGE_ENCRYPTION === 'on',
    keys,
    certificate: {
      file: values.SIGNERING_CERTIFICATE,
      ...(password === undefined ? {} : { password }),
    },
    apiUrl: values.SIGNERING_API_URL,
    serverOrganizationNumber: values.SIGNERING_SERVER_ORGANIZATION,
    ...(trustedCertificates === undefined ? {} : { trustedCertificates }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(userAgentSuffix === undefined ? {} : { userAgentSuffix }),
    ...(packageDump === undefined ? {} : { packageDump }),
    apiProcesses: values.SIGNERING_API_PROCESSES,
    isSandboxUnlimited: values.SIGNERING_SANDBOX_CALLS_PER_SECOND === 'unlimited',
    ambiguousCreate: values.SIGNERING_AMBIGUOUS_CREATE,
    signedDocumentLimits: {
      padesBytes: values.SIGNERING_MAX_PADES_MIB,
      xadesBytes: values.SIGNERING_MAX_XADES_MIB,
    },
    warnOnlyRules: values.SIGNERING_EVIDENCE_WARN_ONLY ?? new Set(),
    ledgerWalkMs: values.SIGNERING_LEDGER_WALK_SECONDS * 1000,
    acceptUnencrypted: values.SIGNERING_ACCEPT_UNENCRYPTED === 'yes',
    identityNumberCheck: values.SIGNERING_IDENTITY_NUMBER_CHECK,
    webhooks: readWebhookSettings(values, []),
    ...(emails !== undefined && { emails }),
    traces: readTraceSettings(env, []),
    retention: {
      ...(documentsDays !== undefined && { documentsDays }),
      ...(serviceCopiesDays !== undefined && { serviceCopiesDays }),
      ...(archiveDays !== undefined && { archiveDays }),
    },
    logLevel: values.SIGNERING_LOG_LEVEL,
    ...(metricsAddress === undefined ? {} : { metricsAddress }),
    metricsMs: values.SIGNERING_METRICS_SECONDS * 1000,
    cachedWorkflows: values.SIGNERING_CACHED_WORKFLOWS ?? workflowCacheFor(memoryLimits()),
    ...(healthAddress === undefined ? {} : { healthAddress }),
    taskQueue: values.SIGNERING_TASK_QUEUE,
    ...(deploymentName === undefined || buildId === undefined
      ? {}
      : { version: { deploymentName, buildId } }),
    temporal,
  };
}
