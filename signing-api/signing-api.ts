import {
  type LongTermStorageClient,
  createLongTermStorageClient,
} from './documents/long-term-storage-client.js';
import { BodyTooLongError, readBoundedBody } from './connection/bounded-body.js';
import { HttpExchange } from './connection/http-exchange.js';
import { createDirectClient, type DirectClient } from './direct/direct-client.js';
import { createPortalClient, type PortalClient } from './portal/portal-client.js';
import type { CallOptions } from './calls.js';
import { errorFromFailure, errorFromUnreadableAnswer } from './connection/response-errors.js';
import { urlOfSender } from './service-url.js';
import { InvalidInputError, type Problem } from '@signering/schema';
import type { EnterpriseCertificate } from '@signering/signatures';
import {
  holdsCertificate,
  resolveSigningApiOptions,
  type SigningApiOptions,
  type UsedCertificates,
} from './signing-api-options.js';

/**
 * The signature API of Posten signering, as one enterprise certificate reaches it. Close it after use.
 *
 * **Every call** can fail with SERVER_NOT_TRUSTED, CLIENT_CERTIFICATE_REFUSED, PROXY_REFUSED, NOT_AUTHORIZED,
 * BROKER_NOT_AUTHORIZED, REQUEST_REFUSED, with RATE_LIMITED, SERVICE_UNAVAILABLE, UNREADABLE_RESPONSE, CERTIFICATE_EXPIRED
 * (all retryable),
 * and with the reason of a signal that ended it. Branch on the `code`; what to do for each:
 * https://github.com/signering-workflows/signering-workflows/blob/main/docs/errors.md
 */
export interface SigningApi {
  /** The service notifies the signers. */
  readonly portal: PortalClient;
  /** The sender's web site redirects the signers. */
  readonly direct: DirectClient;
  /** The service's long-term storage. */
  readonly longTermStorage: LongTermStorageClient;
  /**
   * Verifies certificate, trust and authorisation by a call that has no effect.
   * Spec: the service's documentation, root resource.
   * @returns the service's words, such as `You are 123456789, operating on behalf of 987654321`
   * @throws INVALID_REQUEST for what is no organisation number; and as every call, see {@link SigningApi}
   */
  probe(sender: { readonly organizationNumber: string }, options?: CallOptions): Promise<string>;
  /**
   * Uses other certificates from now on: for new connections and for document packages that are sealed later. Calls under
   * way end on their connections, and idle connections are closed.
   * @throws INVALID_SETTINGS for a certificate of another organisation, and for trusted certificates without PEM
   */
  renewCertificates(certificates: RenewedCertificates): void;
  /** Ends every connection, also of calls that are under way; they fail as if the network had. */
  close(): Promise<void>;
  /** As {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The argument of {@link SigningApi.renewCertificates}. */
export interface RenewedCertificates {
  /** Of the same organisation. */
  readonly certificate: EnterpriseCertificate;
  /** As in {@link SigningApiOptions}. @default unchanged */
  readonly trustedCertificates?: readonly string[] | undefined;
}

/** The answer is one sentence. */
const MAX_PROBE_BYTES = 4096;

/**
 * Keeps the spacing of calls and the connections: make one for each certificate in a process.
 * @throws INVALID_SETTINGS
 */
export function createSigningApi(options: SigningApiOptions): SigningApi {
  const given = resolveSigningApiOptions(options);
  let used = given.certificates();
  const resolved = { ...given, certificates: () => used };
  const exchange = new HttpExchange(resolved);
  return {
    portal: createPortalClient(exchange, resolved),
    direct: createDirectClient(exchange, resolved),
    longTermStorage: createLongTermStorageClient(exchange, resolved),
    probe: async ({ organizationNumber }, { signal, priority } = {}) => {
      const url = urlOfSender(resolved.apiUrl, organizationNumber);
      const accept = 'text/plain, application/xml';
      const { status, body } = await exchange.send({
        operation: 'probe',
        method: 'GET',
        url,
        accept,
        priority,
        signal,
      });
      const timeoutMs = resolved.timeouts.answerTimeoutMs;
      try {
        const bytes = await readBoundedBody(body, { maxBytes: MAX_PROBE_BYTES, timeoutMs });
        exchange.logAnswerBody('probe', bytes);
        return bytes.toString('utf8').trim();
      } catch (failure) {
        signal?.throwIfAborted();
        throw failure instanceof BodyTooLongError
          ? errorFromUnreadableAnswer('probe', status, failure)
          : errorFromFailure({ operation: 'probe', failure, handedOver: true });
      }
    },
    renewCertificates: ({ certificate, trustedCertificates = used.trustedCertificates }) => {
      demandRenewal(given.organizationNumber, { certificate, trustedCertificates });
      used = { certificate, trustedCertificates };
      exchange.retireConnections();
    },
    close: async () => exchange.close(),
    [Symbol.asyncDispose]: async () => exchange.close(),
  };
}

/** Rate limit, queues and ledger belong to one organisation. */
function demandRenewal(
  organizationNumber: string,
  { certificate, trustedCertificates }: UsedCertificates,
): void {
  const problems: Problem[] = [];
  if (certificate.organizationNumber !== organizationNumber) {
    const message = `is issued to ${certificate.organizationNumber}, and the one in use to ${organizationNumber}`;
    problems.push({ path: 'certificate', message });
  }
  if (!holdsCertificate(trustedCertificates)) {
    problems.push({ path: 'trustedCertificates', message: 'must hold at least one certificate as PEM' });
  }
  if (problems.length === 0) return;
  throw new InvalidInputError('INVALID_SETTINGS', 'The renewed certificates cannot be used', problems);
}
