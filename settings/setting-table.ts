import { CODEC_SERVER_SETTINGS } from './codec-server-setting-table.js';
import { SENDER_PORTAL_SETTINGS } from './sender-portal-setting-table.js';

/** One environment variable, described for people. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  /** Value used when it is not set. */
  readonly default?: string;
  /** Never logged or shown in a message. */
  readonly secret?: true;
  /** Programs that read it. */
  readonly readBy: readonly ('client' | 'worker' | 'codec-server' | 'portal')[];
  /** Whether those programs require it. */
  readonly required: boolean;
}

const WORKER = ['worker'] as const;
const BOTH = ['client', 'worker'] as const;
const ALL = ['client', 'worker', 'codec-server'] as const;

/**
 * Every environment variable of this product, in the order of the README's table. Temporal's own variables
 * (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key) keep Temporal's documented meaning.
 */
export const SETTINGS = [
  {
    name: 'SIGNERING_ORGANIZATION',
    meaning: 'organisation number of the sender, nine digits',
    readBy: BOTH,
    required: true,
  },
  {
    name: 'SIGNERING_STORAGE',
    meaning:
      'folder, or `s3://bucket/prefix`, for documents, the reference ledger and the archive; the same for clients and workers',
    readBy: BOTH,
    required: true,
  },
  {
    name: 'SIGNERING_S3_ENDPOINT',
    meaning:
      "address of an S3-compatible server, `https://host[:port]`; not set: AWS's own. Credentials and region are those that the AWS SDK finds ([storage in S3](docs/operating.md#storage-in-s3))",
    readBy: BOTH,
    required: false,
  },
  {
    name: 'SIGNERING_S3_KMS_KEY',
    meaning:
      "KMS key (id, alias or ARN) that S3 encrypts everything with (SSE-KMS); not set: the bucket's default encryption",
    readBy: BOTH,
    required: false,
  },
  {
    name: 'SIGNERING_S3_OBJECT_LOCK',
    meaning:
      'retention of signed documents and receipts by S3 Object Lock, as mode and days: `governance:3650` or `compliance:3650`',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_STORAGE_ENCRYPTION',
    meaning:
      '`on`: documents and signed documents are stored encrypted, with the first of the encryption keys ([encryption at rest](docs/operating.md#encryption-at-rest)); `off`: in clear. Both can be read with either value',
    default: 'off',
    readBy: BOTH,
    required: false,
  },
  {
    name: 'SIGNERING_RETENTION_DOCUMENTS_DAYS',
    meaning:
      'days after which a document to sign is removed that no open job and no legal hold names, 2 to 36500; not set: never ([retention](docs/operating.md#retention))',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_RETENTION_SERVICE_DAYS',
    meaning:
      "days after the end of a job after which the service's copy is deleted, once it is archived and read back, 1 to 39; not set: when the service deletes it",
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_RETENTION_ARCHIVE_DAYS',
    meaning:
      'days after the end of a job after which its signed documents and `metadata.json` are removed from the archive, 30 to 36500; not set: never ([retention](docs/operating.md#retention))',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_KEYS',
    meaning: 'encryption keys, `id:base64[,id:base64…]`; the first one encrypts, all decrypt',
    secret: true,
    readBy: ALL,
    required: true,
  },
  {
    name: 'SIGNERING_KEYS_FILE',
    meaning: 'file that holds the encryption keys, instead of `SIGNERING_KEYS`',
    readBy: ALL,
    required: false,
  },
  {
    name: 'SIGNERING_TASK_QUEUE',
    meaning:
      "Temporal's task queue; the same for an organisation's clients and workers. Organisations with separate certificates that share a namespace need one each",
    default: 'signering',
    readBy: BOTH,
    required: false,
  },
  {
    name: 'SIGNERING_POLLING_QUEUE',
    meaning:
      'polling queue at the service for jobs that name none; must not be shared with other applications',
    default: 'signering-workflows',
    readBy: ['client'],
    required: false,
  },
  {
    name: 'SIGNERING_SECTOR',
    meaning:
      "the sender's sector, `PUBLIC` or `PRIVATE`: if set, the client checks its rules before storing anything",
    readBy: ['client'],
    required: false,
  },
  {
    name: 'SIGNERING_IDENTITY_NUMBER_CHECK',
    meaning:
      "whether the check digits of signers' identity numbers are checked before anything is sent: `on`, or `off` for a test environment whose numbers have none",
    default: 'on',
    readBy: BOTH,
    required: false,
  },
  {
    name: 'SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL',
    meaning:
      'date such as `2027-01-31` (UTC) from which exit URLs without a proof are rejected; not set: they are accepted within a small budget',
    readBy: ['client'],
    required: false,
  },
  {
    name: 'SIGNERING_CLIENT_TIMEOUT',
    meaning: 'how long a client call waits for Temporal and workers, in seconds, 1 to 300',
    default: '10',
    readBy: ['client'],
    required: false,
  },
  {
    name: 'SIGNERING_CERTIFICATE',
    meaning: 'enterprise certificate with its private key, a PKCS#12 or PEM file',
    readBy: WORKER,
    required: true,
  },
  {
    name: 'SIGNERING_CERTIFICATE_PASSWORD',
    meaning: 'password of the certificate file, if any',
    secret: true,
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_CERTIFICATE_PASSWORD_FILE',
    meaning: 'file that holds the password, instead of `SIGNERING_CERTIFICATE_PASSWORD`',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_SENDERS',
    meaning:
      'for brokers: comma-separated organisation numbers of other senders for whom the worker may create jobs and poll queues; jobs of any other sender fail with `SENDER_NOT_ALLOWED`',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_API_URL',
    meaning: '`production`, `difitest` (for tests), or the root of another signature API',
    readBy: WORKER,
    required: true,
  },
  {
    name: 'SIGNERING_SERVER_ORGANIZATION',
    meaning: "organisation number that the service's certificate must contain",
    default: '984661185',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_TRUSTED_CERTIFICATES',
    meaning:
      "trusted CA certificates for the service's certificate, a PEM or DER file or a folder of such files; not set: the [shipped ones](docs/trust-anchors.md) of `production` or `difitest`",
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_PROXY',
    meaning: 'HTTP proxy for calls to the signature API, `http://[user:password@]host:port`',
    secret: true,
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_PROXY_FILE',
    meaning: 'file that holds the proxy, instead of `SIGNERING_PROXY`',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_USER_AGENT',
    meaning: 'added to the `User-Agent` of calls, such as `Archive/2.1`',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_DUMP_PACKAGES',
    meaning: 'folder for a copy of each document package, for debugging; it fills with personal data',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_API_PROCESSES',
    meaning:
      "number of workers that use the organisation's certificate and share the service's rate limit: 1, 2, 5 or 10; other numbers up to 10 are rounded up",
    default: '1',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_SANDBOX_CALLS_PER_SECOND',
    meaning:
      "`unlimited`: the worker does not keep the service's rate limit, for load tests with a sandbox that counts no calls (`signering sandbox --calls-per-second unlimited`). Only for a `SIGNERING_API_URL` on this machine: the service would block the organisation",
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_AMBIGUOUS_CREATE',
    meaning:
      'what the worker does when it is unknown whether a job was created: `retry`, or `ask` an operator',
    default: 'retry',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_MAX_PADES_MIB',
    meaning: 'size limit of a signed PDF, in MiB, 1 to 1024; a larger one waits for an operator',
    default: '256',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_MAX_XADES_MIB',
    meaning: 'size limit of a XAdES file, in MiB, 1 to 1024; a larger one waits for an operator',
    default: '64',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_EVIDENCE_WARN_ONLY',
    meaning:
      'comma-separated ids of BROKEN [evidence rules](docs/evidence.md) that only warn, as a workaround for a faulty rule',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_DEPLOYMENT',
    meaning:
      "name of the worker deployment for Temporal's [worker versioning](docs/upgrading.md#worker-versioning); requires `SIGNERING_BUILD_ID`; not set: workers are not versioned",
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_BUILD_ID',
    meaning: 'build of this worker within `SIGNERING_DEPLOYMENT`, such as `0.1.0` or a commit',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_LEDGER_WALK_SECONDS',
    meaning:
      'longest interval at which the worker restarts terminated or lost workflows of open jobs, in seconds, 1 to 3600',
    default: '300',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_ACCEPT_UNENCRYPTED',
    meaning:
      'whether systems in other languages may start jobs without encrypting their input: `yes` or `no`',
    default: 'no',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_WEBHOOKS',
    meaning:
      'JSON file with the receivers of [webhooks](docs/webhooks.md) and their secrets, readable by the worker alone',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES',
    meaning:
      'whether receivers of webhooks may be in your own network, and use http: `yes`, or `no` to refuse addresses that are not public',
    default: 'no',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_SMTP',
    meaning:
      'mail server for [emails](docs/sender-portal.md#emails) to the people who make jobs, `smtps://user:password@host`, or `smtp://…` with STARTTLS; the same for every worker; not set: no emails are sent',
    secret: true,
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_SMTP_FILE',
    meaning: 'file that holds the mail server, instead of `SIGNERING_SMTP`',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_EMAIL_FROM',
    meaning: "sender's address of emails, such as `signing@example.com`; required with `SIGNERING_SMTP`",
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_LOG_LEVEL',
    meaning:
      'minimum severity of log messages: `error`, `warn`, `info`, `debug` (each call) or `trace` (also the XML messages, masked)',
    default: 'info',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_METRICS_ADDRESS',
    meaning:
      'address on which the worker serves [metrics](docs/operating.md#metrics-and-health) for Prometheus, `IP:port`; not set: it serves none',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_METRICS_SECONDS',
    meaning: 'interval at which the worker measures jobs, queues and certificates, in seconds, 1 to 3600',
    default: '30',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_CACHED_WORKFLOWS',
    meaning:
      'number of workflows that the worker keeps in memory, 20 to 20000; not set: as many as [the memory of its container or machine](docs/operating.md#memory-of-a-worker) allows',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_HEALTH_ADDRESS',
    meaning:
      'address on which the worker serves `/healthz` and `/readyz`, `host:port`; port 0 chooses a free one; not set: it serves none',
    readBy: WORKER,
    required: false,
  },
  ...CODEC_SERVER_SETTINGS,
  ...SENDER_PORTAL_SETTINGS,
] as const satisfies readonly Setting[];

/** The name of a setting. */
export type SettingName = (typeof SETTINGS)[number]['name'];
