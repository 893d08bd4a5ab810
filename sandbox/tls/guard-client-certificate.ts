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
 * Stands between a connection and the TLS server, and answers a certificate that is not accepted with the TLS alert
 * that the service sends. Node itself takes any certificate in the handshake and cuts the connection afterwards,
 * which a client cannot tell from a broken network.
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
        // Nothing is encrypted yet in this direction, so that a plain alert is what the client expects to read.
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
  // The TLS library itself refuses a connection without a certificate.
  if (leaf === undefined) return undefined;
  try {
    return faultOf(new X509Certificate(leaf), authority, new Date());
  } catch {
    return 'bad_certificate';
  }
}
