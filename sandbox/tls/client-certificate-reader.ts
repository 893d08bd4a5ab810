const HEADER_LENGTH = 5;
const HANDSHAKE = 22;
const CERTIFICATE = 11;

/** The state of the handshake: the client's certificates in DER, or its end without any. */
export type ClientCertificates = readonly Buffer[] | 'NONE';

/**
 * Reads a client's TLS 1.2 handshake, in which its certificates are unencrypted before its ChangeCipherSpec.
 * Spec: RFC 5246, 6.2.1 (records) and 7.4.6 (client certificate).
 */
export class ClientCertificateReader {
  #records: Buffer = Buffer.alloc(0);
  #messages: Buffer = Buffer.alloc(0);

  /** Processes the next bytes of the client; returns the result once it is known. */
  read(chunk: Buffer): ClientCertificates | undefined {
    this.#records = Buffer.concat([this.#records, chunk]);
    for (;;) {
      if (this.#records.length < HEADER_LENGTH) return undefined;
      const end = HEADER_LENGTH + this.#records.readUInt16BE(3);
      if (this.#records.length < end) return undefined;
      const type = this.#records.readUInt8(0);
      const content = this.#records.subarray(HEADER_LENGTH, end);
      this.#records = this.#records.subarray(end);
      // A resumed session sends no certificate; the TLS library handles alerts and invalid bytes.
      if (type !== HANDSHAKE) return 'NONE';
      this.#messages = Buffer.concat([this.#messages, content]);
      const certificates = this.#nextCertificates();
      if (certificates !== undefined) return certificates;
    }
  }

  #nextCertificates(): readonly Buffer[] | undefined {
    while (this.#messages.length >= 4) {
      const end = 4 + this.#messages.readUIntBE(1, 3);
      if (this.#messages.length < end) return undefined;
      const message = this.#messages.subarray(0, end);
      this.#messages = this.#messages.subarray(end);
      if (message.readUInt8(0) === CERTIFICATE) return certificatesIn(message.subarray(4));
    }
    return undefined;
  }
}

function certificatesIn(body: Buffer): readonly Buffer[] {
  const certificates: Buffer[] = [];
  for (let offset = 3; offset + 3 <= body.length;) {
    const end = offset + 3 + body.readUIntBE(offset, 3);
    certificates.push(body.subarray(offset + 3, end));
    offset = end;
  }
  return certificates;
}
