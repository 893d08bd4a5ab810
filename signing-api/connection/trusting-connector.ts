import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { errorCodeOf } from '@signering/schema';
import { organizationNumberOf } from '@signering/signatures';
import type { UsedCertificates } from '../signing-api-options.js';
import { ConnectionFailure, isCertificateAlert } from './connection-failure.js';
import { openTunnel, type Proxy } from './proxy-tunnel.js';

/** Certificates and limits of a connection. */
export interface TrustingConnectorOptions {
  /** Called for each connection. */
  readonly certificates: () => UsedCertificates;
  readonly serverOrganizationNumber: string;
  /** Through the proxy and TLS included. */
  readonly connectTimeoutMs: number;
  /** Connections go through this proxy. The server's certificate is still verified. */
  readonly proxy?: Proxy | undefined;
}

/** Makes a connection on which a request may be sent. @throws ConnectionFailure */
export type TrustingConnector = (origin: URL) => Promise<TLSSocket>;

/**
 * Connects with mutual TLS, and only to the service: the server's certificate must lead to a
 * configured authority, **and** be issued to the expected organisation. The certificate names no host, so the host's
 * name is not looked at. The socket is handed out only after both hold, so no byte of a request leaves before.
 */
export function createTrustingConnector(options: TrustingConnectorOptions): TrustingConnector {
  const { serverOrganizationNumber, connectTimeoutMs, proxy } = options;
  let used = options.certificates();
  let secureContext = secureContextOf(used);

  return async ({ hostname, port: writtenPort }) => {
    const begun = performance.now();
    const current = options.certificates();
    if (current !== used) secureContext = secureContextOf((used = current));
    const host = hostname.replace(/^\[(.*)\]$/u, '$1');
    const port = writtenPort === '' ? 443 : Number(writtenPort);
    const tunnel = proxy && (await openTunnel({ proxy, host: hostname, port, timeoutMs: connectTimeoutMs }));
    const remainingMs = Math.max(1, connectTimeoutMs - (performance.now() - begun));
    return handshake(
      connect({
        ...secureContext,
        ...(tunnel === undefined ? { host, port } : { socket: tunnel }),
        // Node sends no SNI by itself, and a server of several hosts would present another certificate.
        ...(isIP(host) === 0 && { servername: host }),
        // A configured intermediate authority is the end of the chain as well as a root.
        allowPartialTrustChain: true,
        rejectUnauthorized: true,
        ALPNProtocols: ['http/1.1'],
        // Called when the chain holds. Sessions are never resumed, so it is called for each connection.
        checkServerIdentity: (_host, { raw }) => {
          const organizationNumber = organizationNumberOf(raw);
          if (organizationNumber === serverOrganizationNumber) return undefined;
          const other = organizationNumber ?? 'no organisation';
          return new ConnectionFailure(
            'SERVER_NOT_TRUSTED',
            `its certificate was issued to ${other}, not to organisation ${serverOrganizationNumber}`,
          );
        },
      }),
      remainingMs,
      connectTimeoutMs,
    );
  };
}

function secureContextOf({ certificate, trustedCertificates }: UsedCertificates) {
  return {
    key: certificate.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: certificate.chain.map(String).join('\n'),
    ca: [...trustedCertificates],
    minVersion: 'TLSv1.2' as const,
  };
}

function handshake(socket: TLSSocket, remainingMs: number, connectTimeoutMs: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new ConnectionFailure('TIMEOUT', `no connection within ${connectTimeoutMs} ms`));
    }, remainingMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(connectionFailureOf(error, socket));
    };
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.setNoDelay(true);
      // In TLS 1.3 the server verifies our certificate after our side of the handshake. undici would report the closed
      // connection, not the alert.
      socket.on('error', (error: Error) => {
        if (isCertificateAlert(error)) socket.destroy(connectionFailureOf(error, socket));
      });
      resolve(socket);
    });
  });
}

function connectionFailureOf(error: Error, socket: TLSSocket): ConnectionFailure {
  if (error instanceof ConnectionFailure) return error;
  const code = errorCodeOf(error) ?? 'no code';
  // Node's types say Error, its documentation and code a text; absent while no chain has been judged.
  const chainProblem: unknown = socket.authorizationError;
  if (typeof chainProblem === 'string' || chainProblem instanceof Error) {
    return new ConnectionFailure('SERVER_NOT_TRUSTED', whatIsWrongWithChain(code), { cause: error });
  }
  if (isCertificateAlert(error)) {
    return new ConnectionFailure('CERTIFICATE_REFUSED', `the server sent a TLS alert (${code})`, {
      cause: error,
    });
  }
  return new ConnectionFailure('UNREACHABLE', `no connection could be made (${code})`, { cause: error });
}

/** Describes a fault of the server's certificate chain, by the error code of Node's TLS. */
function whatIsWrongWithChain(code: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'its certificate, or one above it, has expired';
    case 'CERT_NOT_YET_VALID':
      return "its certificate, or one above it, is not valid yet, unless this machine's clock is wrong";
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'it has issued its certificate itself';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its certificate leads to no trusted authority';
    default:
      return `its certificate does not hold (${code})`;
  }
}
