import { connect, type ConnectionOptions } from 'node:tls';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { SandboxAnnouncement } from '@signering/sandbox';

/** What came back, with the header lines as they were. */
export interface WireAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Writes a request byte for byte over TLS, as the private sender, and reads the answer to its end. No HTTP library adds a
 * header, or leaves one out.
 * @param lines the request line and the headers, without Host and Connection
 */
export async function sendOverWire(
  { apiUrl, certificate, trustedCertificates }: SandboxAnnouncement,
  lines: readonly string[],
  body: Uint8Array = Buffer.alloc(0),
): Promise<WireAnswer> {
  const { hostname: host, port } = new URL(apiUrl);
  const options: ConnectionOptions = {
    host,
    port: Number(port),
    pfx: await readFile(certificate.file),
    passphrase: certificate.password,
    ca: await readFile(trustedCertificates),
    checkServerIdentity: () => undefined,
  };
  const socket = connect(options);
  const [first = '', ...headers] = lines;
  socket.write([first, `Host: ${host}:${port}`, ...headers, 'Connection: close', '', ''].join('\r\n'));
  socket.write(body);
  const text = (await buffer(socket)).toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  return {
    status: Number(text.slice(9, 12)),
    head: text.slice(0, end).toLowerCase(),
    body: text.slice(end + 4),
  };
}

/** A body in chunks of that many bytes. Spec: RFC 9112, 7.1. */
export function inChunks(body: Uint8Array, size = 4096): Buffer {
  const chunks: Buffer[] = [];
  for (let start = 0; start < body.length; start += size) {
    const chunk = body.subarray(start, start + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), Buffer.from(chunk), Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}
