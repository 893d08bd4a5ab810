/** One environment variable, for people. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  /** What is taken when it is not set. */
  readonly default?: string;
  /** Never in a log or a message. */
  readonly secret?: true;
  /** Who reads it. */
  readonly readBy: readonly ('client' | 'worker')[];
  /** Whether those who read it cannot start without it. */
  readonly required: boolean;
}

const WORKER = ['worker'] as const;
const BOTH = ['client', 'worker'] as const;

/**
 * Every environment variable of this product, in the order of the README's table. Temporal's own (`TEMPORAL_ADDRESS`,
 * `TEMPORAL_NAMESPACE`, TLS, API key) are read as Temporal documents them.
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
    meaning: 'folder for documents, the reference ledger and the archive; the same for client and worker',
    readBy: BOTH,
    required: true,
  },
  {
    name: 'SIGNERING_KEYS',
    meaning: 'encryption keys, `id:base64[,id:base64…]`; the first one encrypts, all decrypt',
    secret: true,
    readBy: BOTH,
    required: true,
  },
  {
    name: 'SIGNERING_KEYS_FILE',
    meaning: 'file that holds the encryption keys, instead of `SIGNERING_KEYS`',
    readBy: BOTH,
    required: false,
  },
  {
    name: 'SIGNERING_POLLING_QUEUE',
    meaning: 'polling queue at the service for jobs that name none; used by this product alone',
    default: 'signering-workflows',
    readBy: ['client'],
    required: false,
  },
  {
    name: 'SIGNERING_SECTOR',
    meaning:
      "the sender's sector, `PUBLIC` or `PRIVATE`: its rules are then checked before anything is stored",
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
      'date such as `2027-01-31` (UTC) from which exit URLs without a proof are refused; not set: they are accepted within a small budget',
    readBy: ['client'],
    required: false,
  },
  {
    name: 'SIGNERING_CLIENT_TIMEOUT',
    meaning: 'seconds that a call of a client may wait for Temporal and for workers, 1 to 300',
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
    meaning: 'password of the certificate file, if it has one',
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
    name: 'SIGNERING_API_URL',
    meaning: '`production`, `difitest` (for tests), or the root of another signature API',
    readBy: WORKER,
    required: true,
  },
  {
    name: 'SIGNERING_SERVER_ORGANIZATION',
    meaning: "organisation number that must stand in the service's certificate",
    default: '984661185',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_TRUSTED_CERTIFICATES',
    meaning:
      "CA certificates that the service's certificate must lead to, a PEM or DER file or a folder of such files; not set: the [shipped ones](docs/trust-anchors.md) of `production` or `difitest`",
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_PROXY',
    meaning: 'HTTP proxy on the way to the signature API, `http://[user:password@]host:port`',
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
    meaning:
      'folder that gets a copy of each document package, to look into a problem; it fills with personal data',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_API_PROCESSES',
    meaning:
      "how many workers use the organisation's certificate: they share the service's limit of calls; 1, 2, 5 or 10, other numbers up to 10 count as the next of these",
    default: '1',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_AMBIGUOUS_CREATE',
    meaning:
      'what the worker does when no answer tells whether a job was created: `retry`, or `ask` an operator',
    default: 'retry',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_MAX_PADES_MIB',
    meaning: 'largest signed PDF that is fetched, in MiB, 1 to 1024; a larger one waits for an operator',
    default: '256',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_MAX_XADES_MIB',
    meaning: 'largest XAdES that is fetched, in MiB, 1 to 1024; a larger one waits for an operator',
    default: '64',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_EVIDENCE_WARN_ONLY',
    meaning:
      'ids of BROKEN [evidence rules](docs/evidence.md) that only warn, separated by commas: for a rule that is wrong',
    readBy: WORKER,
    required: false,
  },
  {
    name: 'SIGNERING_LEDGER_WALK_SECONDS',
    meaning:
      'longest time between two rounds in which the worker starts terminated or lost workflows of open jobs again, 1 to 3600 seconds',
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
    name: 'SIGNERING_LOG_LEVEL',
    meaning:
      'the least serious messages that are logged: `error`, `warn`, `info`, `debug` (each call) or `trace` (also the messages, masked)',
    default: 'info',
    readBy: WORKER,
    required: false,
  },
] as const satisfies readonly Setting[];

/** The name of a setting. */
export type SettingName = (typeof SETTINGS)[number]['name'];
