import { NINE_DIGITS, InvalidInputError, SECTORS, type Problem, type Sector } from '@signering/schema';
import type { EnterpriseCertificate } from '@signering/signatures';
import type { CallLog } from './connection/call-log.js';
import type { DocumentPackageHook } from './new-job/document-package-hook.js';
import { rootOf } from './environments.js';
import { readProxy, type Proxy } from './connection/proxy-tunnel.js';
import { MOST_PROCESSES } from './rate-limit/share-of-calls.js';
import { shippedTrustedCertificates } from './trust/shipped-trusted-certificates.js';

/** How long to wait, all in milliseconds. */
export interface Timeouts {
  /** Until a connection is made, TLS included. @default 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * From the request's last byte until the answer begins, and again until a small answer is complete. Too short a
   * time makes more creates end with an unknown outcome. @default 60000
   */
  readonly answerTimeoutMs?: number | undefined;
  /** From the request's last byte until a download begins. @default 60000 */
  readonly downloadAnswerTimeoutMs?: number | undefined;
  /** Between two pieces of a download. @default 30000 */
  readonly downloadInactivityMs?: number | undefined;
  /** From the beginning of a download to its end; it then fails as incomplete. @default 600000 */
  readonly downloadTimeoutMs?: number | undefined;
}

/** The pace of this process' calls. */
export interface RateLimitOptions {
  /**
   * Instead of this process' share, for an organisation that shares the service's limit with other software. Infinity: no
   * limit, for a sandbox that counts no calls.
   */
  readonly callsPerSecond?: number | undefined;
  /** Rejects a call at once when its expected wait exceeds this, in milliseconds. @default 1000 */
  readonly maxWaitMs?: number | undefined;
}

/** Address, certificate and limits of the API. */
export interface SigningApiOptions {
  /** `production`, `difitest` (for tests), or the root of another API, such as a sandbox's. */
  readonly apiUrl: string;
  /** Identifies us in TLS, and signs the document packages. */
  readonly certificate: EnterpriseCertificate;
  /**
   * The authorities in one of which the server's chain must end, as PEM, one or more in each text.
   * @default those shipped for `production` or `difitest`; required for any other API
   */
  readonly trustedCertificates?: readonly string[] | undefined;
  /** To whom the server's certificate must be issued, nine digits. @default '984661185', Posten Bring AS */
  readonly serverOrganizationNumber?: string | undefined;
  /**
   * The sector of the senders: jobs that break its rules are then refused before they are sent. For brokers whose
   * senders differ: none. @default unknown, which leaves it to the service to refuse them
   */
  readonly sector?: Sector | undefined;
  /**
   * An HTTP proxy to go through, `http://[user:password@]host:port`, also `https:`; user and password
   * percent-encoded. It sees where calls go, and nothing of them. @default none
   */
  readonly proxy?: string | undefined;
  readonly timeouts?: Timeouts | undefined;
  /** Connections at a time. A call that finds none free within the connect timeout fails. @default 20 */
  readonly maxConnections?: number | undefined;
  /** Added to `User-Agent`, such as `Archive/2.1`, so that the service's staff can identify the caller. @default none */
  readonly userAgentSuffix?: string | undefined;
  /**
   * How many processes call the service with this certificate, 1 to 10: each takes its share. 3 and 4 count as 5, and 6
   * to 9 as 10, because ten calls divide by 1, 2, 5 and 10 (see `countedProcesses`). If the number is too low, the service
   * blocks the organisation. @default 1
   */
  readonly processes?: number | undefined;
  /**
   * The pace of this process' calls. The service's limit is 10 a second for an organisation over all machines. While
   * answers take long, calls wait for them: ten, or the process' share, in the time of an answer and a second.
   * @default its share of 9 calls a second
   */
  readonly rateLimit?: RateLimitOptions | undefined;
  /** Called with each document package before it is sent, and awaited. What it throws ends the call, and there is no job. */
  readonly onDocumentPackage?: DocumentPackageHook | undefined;
  /** Called for each request and response, with personal data masked. @default none */
  readonly log?: CallLog | undefined;
}

/** {@link Timeouts} without gaps. */
export type ResolvedTimeouts = { readonly [Name in keyof Timeouts]-?: number };

/** The certificates of new connections and document packages. */
export interface UsedCertificates {
  readonly certificate: EnterpriseCertificate;
  readonly trustedCertificates: readonly string[];
}

/** {@link SigningApiOptions} without gaps. */
export interface ResolvedSigningApiOptions {
  readonly apiUrl: URL;
  /** The organisation of the certificate. */
  readonly organizationNumber: string;
  /** Read for each connection and package, because they can be renewed. */
  readonly certificates: () => UsedCertificates;
  readonly serverOrganizationNumber: string;
  readonly sector: Sector | undefined;
  readonly proxy: Proxy | undefined;
  readonly timeouts: ResolvedTimeouts;
  readonly maxConnections: number;
  readonly userAgentSuffix: string | undefined;
  readonly processes: number;
  readonly rateLimit: { readonly callsPerSecond: number | undefined; readonly maxWaitMs: number };
  readonly onDocumentPackage: DocumentPackageHook | undefined;
  readonly log: CallLog | undefined;
}

/** Posten Bring AS, to which the service's certificate is issued. */
const POSTEN_BRING = '984661185';

/** Visible characters and blanks: a line break would begin another header. */
const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/u;

/** @throws INVALID_SETTINGS naming every option that cannot be used */
export function resolveSigningApiOptions(options: SigningApiOptions): ResolvedSigningApiOptions {
  const { certificate, serverOrganizationNumber = POSTEN_BRING } = options;
  const trustedCertificates = options.trustedCertificates ?? shippedTrustedCertificates(options.apiUrl) ?? [];
  const { processes = 1, maxConnections = 20, userAgentSuffix } = options;
  const timeouts = resolveTimeouts(options.timeouts);
  const { callsPerSecond, maxWaitMs = 1000 } = options.rateLimit ?? {};
  const apiUrl = rootOf(options.apiUrl);

  const problems: Problem[] = [];
  const demand = (holds: boolean, path: string, message: string) => {
    if (!holds) problems.push({ path, message });
  };
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  demand(url?.protocol === 'https:', 'apiUrl', 'must be production, difitest or an https URL');
  demand(
    url === undefined || (url.search === '' && url.hash === '' && url.username === '' && url.password === ''),
    'apiUrl',
    'must have no query, fragment, user or password',
  );
  demand(
    holdsCertificate(trustedCertificates),
    'trustedCertificates',
    'must hold at least one certificate as PEM; only production and difitest have built-in authorities',
  );
  demand(NINE_DIGITS.test(serverOrganizationNumber), 'serverOrganizationNumber', 'must have nine digits');
  demand(
    options.sector === undefined || SECTORS.includes(options.sector),
    'sector',
    `must be ${SECTORS.join(' or ')}`,
  );
  const proxy = options.proxy === undefined ? undefined : readProxy(options.proxy);
  demand(
    options.proxy === undefined || proxy !== undefined,
    'proxy',
    // Never quoted: it may hold a password.
    'must be http://[user:password@]host:port, or the same with https, user and password percent-encoded',
  );
  for (const [name, value] of Object.entries(timeouts)) {
    demand(value > 0, `timeouts.${name}`, 'must be greater than 0 milliseconds');
  }
  demand(isWholeFromOne(maxConnections), 'maxConnections', 'must be a whole number from 1');
  demand(
    userAgentSuffix === undefined || HEADER_TEXT.test(userAgentSuffix),
    'userAgentSuffix',
    'must be at most 200 visible ASCII characters, and blanks between them',
  );
  demand(
    isWholeFromOne(processes) && processes <= MOST_PROCESSES,
    'processes',
    `must be a whole number from 1 to ${MOST_PROCESSES}: more could not share ten calls a second`,
  );
  demand(
    callsPerSecond === undefined || callsPerSecond > 0,
    'rateLimit.callsPerSecond',
    'must be greater than 0',
  );
  demand(maxWaitMs > 0, 'rateLimit.maxWaitMs', 'must be greater than 0 milliseconds');
  if (url === undefined || problems.length > 0) {
    throw new InvalidInputError('INVALID_SETTINGS', 'The signature API cannot be used', problems);
  }
  const used = { certificate, trustedCertificates };
  return {
    apiUrl: url,
    organizationNumber: certificate.organizationNumber,
    certificates: () => used,
    serverOrganizationNumber,
    sector: options.sector,
    proxy,
    timeouts,
    maxConnections,
    userAgentSuffix,
    processes,
    rateLimit: { callsPerSecond, maxWaitMs },
    onDocumentPackage: options.onDocumentPackage,
    log: options.log,
  };
}

/** True if a text holds a certificate as PEM. */
export function holdsCertificate(trusted: readonly string[]): boolean {
  return trusted.some((pem) => pem.includes('-----BEGIN CERTIFICATE-----'));
}

function resolveTimeouts({
  connectTimeoutMs = 10_000,
  answerTimeoutMs = 60_000,
  downloadAnswerTimeoutMs = 60_000,
  downloadInactivityMs = 30_000,
  downloadTimeoutMs = 600_000,
}: Timeouts = {}): ResolvedTimeouts {
  return {
    connectTimeoutMs,
    answerTimeoutMs,
    downloadAnswerTimeoutMs,
    downloadInactivityMs,
    downloadTimeoutMs,
  };
}

function isWholeFromOne(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
