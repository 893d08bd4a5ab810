import { createHash, createHmac, createPrivateKey, pbkdf2Sync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import type { CertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';

/** A PKCS#12 file that ordinary programs do not export: any number of keys and certificates, any integrity check. */
export interface KeyStoreOrder {
  readonly keys: readonly string[];
  readonly certificates: readonly string[];
  /** Encrypts the keys with AES-256. @default unencrypted */
  readonly password?: string;
  /** Writes the content as BER, in parts and without lengths, like Mozilla's and older programs. @default DER */
  readonly inPieces?: boolean;
  /** Computes the MacData of the content. @default none */
  readonly mac?: (content: Buffer) => Buffer;
}

const BAG = '1.2.840.113549.1.12.10.1.';
const DATA = '1.2.840.113549.1.7.1';

export function makeKeyStore({ keys, certificates, password, mac, inPieces = false }: KeyStoreOrder): Buffer {
  const keyBags = keys.map((pem) => {
    const key = createPrivateKey(pem);
    const form = { format: 'der', type: 'pkcs8' } as const;
    return password === undefined
      ? bag(`${BAG}1`, key.export(form))
      : bag(`${BAG}2`, key.export({ ...form, cipher: 'aes-256-cbc', passphrase: password }));
  });
  const certificateBags = certificates.map((pem) =>
    bag(`${BAG}3`, sequence(oid('1.2.840.113549.1.9.22.1'), tagged(0, octets(new X509Certificate(pem).raw)))),
  );
  const content = sequence(data(sequence(...keyBags, ...certificateBags)));
  return sequence(
    integer(3),
    inPieces ? dataInPieces(content) : data(content),
    ...(mac === undefined ? [] : [mac(content)]),
  );
}

/** PKCS#12's own integrity check; node-forge implements the convention of an absent password. */
export function ownMac(password: string | null): (content: Buffer) => Buffer {
  return (content) => {
    const salt = Buffer.from('saltsalt');
    const md = forge.md.sha256.create();
    // Its types do not allow an absent password or message digest.
    const generateKey = forge.pkcs12.generateKey as unknown as (
      ...args: readonly unknown[]
    ) => forge.util.ByteStringBuffer;
    const key = generateKey(password, forge.util.createBuffer(salt.toString('latin1')), 3, 2000, 32, md);
    const digest = createHmac('sha256', Buffer.from(key.getBytes(), 'latin1')).update(content).digest();
    const algorithm = sequence(oid('2.16.840.1.101.3.4.2.1'), NULL);
    return sequence(sequence(algorithm, octets(digest)), octets(salt), integer(2000));
  };
}

/** PBMAC1 with PBKDF2 and HMAC. Spec: RFC 9579, 4. */
export function pbmac1(password: string, rounds: number, keyBytes = 32): (content: Buffer) => Buffer {
  return (content) => {
    const salt = createHash('sha256').update('salt').digest();
    const key = pbkdf2Sync(password, salt, rounds, keyBytes, 'sha512');
    const digest = createHmac('sha256', key).update(content).digest();
    const hmacSha256 = sequence(oid('1.2.840.113549.2.9'), NULL);
    const hmacSha512 = sequence(oid('1.2.840.113549.2.11'), NULL);
    const pbkdf2 = sequence(
      oid('1.2.840.113549.1.5.12'),
      sequence(octets(salt), integer(rounds), integer(keyBytes), hmacSha512),
    );
    const algorithm = sequence(oid('1.2.840.113549.1.5.14'), sequence(pbkdf2, hmacSha256));
    return sequence(sequence(algorithm, octets(digest)), octets(Buffer.from('NOT USED')));
  };
}

/** Another certificate of the same authority for the same key and subject. */
export function reissue(
  authority: CertificateAuthority,
  certificatePem: string,
  validity: { readonly notBefore: Date; readonly notAfter: Date },
): string {
  const certificate = forge.pki.certificateFromPem(certificatePem);
  certificate.serialNumber = `4a${createHash('sha256').update(validity.notAfter.toISOString()).digest('hex').slice(0, 20)}`;
  Object.assign(certificate.validity, validity);
  const issuer = forge.pki.privateKeyFromPem(authority.state.intermediate.privateKeyPem);
  certificate.sign(issuer, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

const NULL = Buffer.of(0x05, 0x00);

function bag(type: string, value: Buffer): Buffer {
  return sequence(oid(type), tagged(0, value));
}

function data(content: Buffer): Buffer {
  return sequence(oid(DATA), tagged(0, octets(content)));
}

function dataInPieces(content: Buffer): Buffer {
  const pieces = [0, 700, 1400].map((from) => content.subarray(from, from === 1400 ? undefined : from + 700));
  return endless(0x30, oid(DATA), endless(0xa0, endless(0x24, ...pieces.map(octets))));
}

/** An element of indefinite length. */
function endless(tag: number, ...members: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(tag, 0x80), ...members, Buffer.of(0, 0)]);
}

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = unsigned(length);
  return Buffer.concat([Buffer.of(tag, 0x80 + bytes.length), bytes, content]);
}

function sequence(...members: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(members));
}

function tagged(number: number, content: Buffer): Buffer {
  return element(0xa0 + number, content);
}

function octets(content: Buffer): Buffer {
  return element(0x04, content);
}

function oid(dotted: string): Buffer {
  return element(0x06, Buffer.from(forge.asn1.oidToDer(dotted).getBytes(), 'latin1'));
}

function integer(value: number): Buffer {
  const bytes = unsigned(value);
  return element(0x02, bytes[0]! < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function unsigned(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
