import { InvalidInputError, type Problem } from '../schema/index.js';
import type { EnterpriseCertificate } from '../signatures/index.js';
import type { CallSpacingOptions } from './call-spacing.js';

/** How long to wait, all in milliseconds. */
export interface Timeouts {
  /** Until a connection is made, TLS included. @default 10000 */
  readonly connectTimeoutMs?: number;
  /**
   * From the request's last byte until the answer begins, and again until a small answer is complete. Too short a
   * time makes more creates end with an unknown outcome. @default 60000
   */
  readonly answerTimeoutMs?: number;
  /** Between two pieces of a download. @default 30000 */
  readonly downloadInactivityMs?: number;
}

/** What the API is reached with. */
export interface SigningApiOptions {
  /** The root of the API, such as `https://api.signering.posten.no/api`. */
  readonly apiUrl: string;
  /** Identifies us in TLS, and signs the document packages. */
  readonly certificate: EnterpriseCertificate;
  /** The authorities in one of which the server's chain must end, as PEM, one or more in each text. */
  readonly trustedCertificates: readonly string[];
  /** To whom the server's certificate must be issued, nine digits. @default '984661185', Posten Bring AS */
  readonly serverOrganizationNumber?: string;
  readonly timeouts?: Timeouts;
  /**
   * How many processes call the service with this certificate: each takes its share. Too few named, and the service
   * blocks the organisation. @default 1
   */
  readonly processes?: number;
  /**
   * The spacing of this process' calls. The service's limit is 10 a second for an organisation over all machines.
   * @default 9 calls a second shared by all processes, waiting 1000 ms for a turn
   */
  readonly rateLimit?: Partial<CallSpacingOptions>;
}

/** {@link SigningApiOptions} without gaps. */
export interface ResolvedSigningApiOptions {
  readonly apiUrl: URL;
  readonly certificate: EnterpriseCertificate;
  readonly trustedCertificates: readonly string[];
  readonly serverOrganizationNumber: string;
  readonly timeouts: Required<Timeouts>;
  readonly rateLimit: CallSpacingOptions;
}

/** For all processes together, below the service's 10 a second. Spec: getting started, rate limits. */
const CALLS_PER_SECOND = 9;

/** Posten Bring AS, to which the service's certificate is issued. */
const POSTEN_BRING = '984661185';

/** @throws INVALID_SETTINGS naming every option that cannot be used */
export function resolveSigningApiOptions(options: SigningApiOptions): ResolvedSigningApiOptions {
  const { apiUrl, certificate, trustedCertificates, serverOrganizationNumber = POSTEN_BRING } = options;
  const timeouts = {
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 60_000,
    downloadInactivityMs: 30_000,
    ...options.timeouts,
  };
  const { processes = 1 } = options;
  const rateLimit = { callsPerSecond: CALLS_PER_SECOND / processes, maxWaitMs: 1000, ...options.rateLimit };

  const problems: Problem[] = [];
  const demand = (holds: boolean, path: string, message: string) => {
    if (!holds) problems.push({ path, message });
  };
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  demand(url?.protocol === 'https:', 'apiUrl', 'must be an https URL');
  demand(
    url === undefined || (url.search === '' && url.hash === '' && url.username === ''),
    'apiUrl',
    'must have no query, fragment or user',
  );
  demand(
    trustedCertificates.some((pem) => pem.includes('-----BEGIN CERTIFICATE-----')),
    'trustedCertificates',
    'must hold at least one certificate as PEM: without any, no server is trusted',
  );
  demand(/^[0-9]{9}$/u.test(serverOrganizationNumber), 'serverOrganizationNumber', 'must have nine digits');
  demand(Number.isInteger(processes) && processes > 0, 'processes', 'must be a whole number from 1');
  for (const [name, value] of Object.entries(timeouts)) {
    demand(value > 0, `timeouts.${name}`, 'must be greater than 0 milliseconds');
  }
  demand(rateLimit.callsPerSecond > 0, 'rateLimit.callsPerSecond', 'must be greater than 0');
  demand(rateLimit.maxWaitMs > 0, 'rateLimit.maxWaitMs', 'must be greater than 0 milliseconds');
  if (url === undefined || problems.length > 0) {
    throw new InvalidInputError('INVALID_SETTINGS', 'The signature API cannot be used', problems);
  }
  return { apiUrl: url, certificate, trustedCertificates, serverOrganizationNumber, timeouts, rateLimit };
}
