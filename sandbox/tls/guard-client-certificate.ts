import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { faultOf, type CertificateFault } from '../certificate-trust.js';
import type { CertificateAuthority } from '../certificates/index.js';
import { ClientCertificateReader } from './client-certificate-reader.js';

const ALERT_RECORD = 21;
const FATAL = 2;
/** Spec: RFC 5246, 7.2. */
const ALERTS: Readonly<Record<CertificateFault | 'bad_certificate', number>> = {
  bad_certificate: 42,
  certificate_expired: 45,
  unknown_ca: 48,
};

/**
 * A stream between a connection and the TLS server that responds to an unaccepted certificate with the TLS alert of the
 * service. Node itself accepts any certificate in the handshake and closes the connection afterwards, which looks like
 * a network failure to the client.
 */
export function guardClientCertificate(socket: Socket, authority: CertificateAuthority): Duplex {
  const reader = new ClientCertificateReader();
  let isShakingHands = true;

  const guarded = new Duplex({
    read: () => {
      socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(chunk, done);
    },
    final: (done) => {
      socket.end(done);
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk) => {
    if (isShakingHands) {
      const certificates = reader.read(chunk);
      isShakingHands = certificates === undefined;
      const fault = Array.isArray(certificates) ? faultOfFirst(certificates, authority) : undefined;
      if (fault !== undefined) {
        // This direction is not encrypted yet, so the client expects a plain alert.
        socket.end(Buffer.from([ALERT_RECORD, 3, 3, 0, 2, FATAL, ALERTS[fault]]));
        guarded.push(null);
        return;
      }
    }
    if (!guarded.push(chunk)) socket.pause();
  });
  socket.on('end', () => guarded.push(null));
  socket.on('error', (error) => guarded.destroy(error));
  socket.on('close', () => guarded.destroy());
  return guarded;
}

function faultOfFirst(
  certificates: readonly Buffer[],
  authority: CertificateAuthority,
): CertificateFault | 'bad_certificate' | undefined {
  const [leaf] = certificates;
  // The TLS library itself rejects a connection without a certificate.
  if (leaf === undefined) return undefined;
  try {
    return faultOf(new X509Certificate(leaf), authority, new Date());
  } catch {
    return 'bad_certificate';
  }
}
