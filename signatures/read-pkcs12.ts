import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { CertificateUnusableError } from './certificate-unusable-error.js';
import type { CertificateFile, CertificateFileContent } from './certificate-file.js';
import { keyDerivationRounds } from './key-derivation-rounds.js';

/**
 * Real files ask for a few thousand, the most careful programs for 600 000 each for key, certificates and check value.
 * As many as this take some seconds.
 */
const MAX_ROUNDS = 3_000_000;

/** Reads a private key and certificates out of a PKCS#12 file (.p12, .pfx). @throws CERTIFICATE_UNUSABLE */
export function readPkcs12({ file, content, password }: CertificateFile): CertificateFileContent {
  const pfx = parse(content, file);
  const rounds = keyDerivationRounds(pfx);
  if (rounds > MAX_ROUNDS) {
    const reason = `it asks for ${rounds} rounds of key derivation, and at most ${MAX_ROUNDS} are taken`;
    throw new CertificateUnusableError(
      `Cannot use the certificate file ${file}: ${reason}; export it again with fewer.`,
    );
  }
  let contents: forge.pkcs12.Pkcs12Pfx;
  try {
    contents = decrypt(pfx, password ?? '');
  } catch (cause) {
    const reason =
      password === undefined
        ? 'it is protected and no password was given; give the password that the file was exported with'
        : 'it cannot be opened, most likely because the password is wrong; check the password';
    throw new CertificateUnusableError(`Cannot use the certificate file ${file}: ${reason}.`, { cause });
  }
  try {
    return contentOf(contents);
  } catch (cause) {
    const message = `Cannot use the certificate file ${file}: a key or a certificate in it is damaged; export the file again.`;
    throw new CertificateUnusableError(message, { cause });
  }
}

function contentOf({ safeContents }: forge.pkcs12.Pkcs12Pfx): CertificateFileContent {
  const bags = safeContents.flatMap(({ safeBags }) => safeBags);
  const privateKey = bags.map(keyOf).find((key) => key !== undefined);
  return {
    ...(privateKey === undefined ? {} : { privateKey }),
    certificates: bags.map(certificateOf).filter((certificate) => certificate !== undefined),
  };
}

function parse(content: Uint8Array, file: string): forge.asn1.Asn1 {
  try {
    return forge.asn1.fromDer(Buffer.from(content).toString('latin1'));
  } catch (cause) {
    const message =
      `Cannot use the certificate file ${file}: it is neither PKCS#12 (.p12, .pfx) nor PEM; ` +
      'give the file that the certificate was delivered in, or export it again.';
    throw new CertificateUnusableError(message, { cause });
  }
}

function decrypt(pfx: forge.asn1.Asn1, password: string): forge.pkcs12.Pkcs12Pfx {
  try {
    return forge.pkcs12.pkcs12FromAsn1(pfx, password);
  } catch (error) {
    const wrongPassword = error instanceof Error && error.message.includes('MAC could not be verified');
    if (wrongPassword || !Array.isArray(pfx.value) || /^[ -~]*$/.test(password)) throw error;
    // The check value takes the password as UTF-16, the newer ciphers as UTF-8; node-forge hands one form to both.
    // The check value has just been found right: leave it out, and decrypt with the form that the ciphers want.
    const withoutCheckValue = forge.asn1.create(
      forge.asn1.Class.UNIVERSAL,
      forge.asn1.Type.SEQUENCE,
      true,
      pfx.value.slice(0, 2),
    );
    return forge.pkcs12.pkcs12FromAsn1(withoutCheckValue, Buffer.from(password, 'utf8').toString('latin1'));
  }
}

function keyOf(bag: forge.pkcs12.Bag): KeyObject | undefined {
  if (bag.key) return createPrivateKey(forge.pki.privateKeyToPem(bag.key));
  const { keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
  if (bag.type !== keyBag && bag.type !== pkcs8ShroudedKeyBag) return undefined;
  // node-forge knows RSA only, and hands over other keys as they are.
  return createPrivateKey({ key: derOf(bag.asn1), format: 'der', type: 'pkcs8' });
}

function certificateOf(bag: forge.pkcs12.Bag): X509Certificate | undefined {
  if (bag.type !== forge.pki.oids['certBag']) return undefined;
  return new X509Certificate(derOf(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1));
}

function derOf(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1');
}
