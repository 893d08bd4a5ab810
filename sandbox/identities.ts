import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  createCertificateAuthority,
  restoreCertificateAuthority,
  type CertificateAuthority,
  type IssuedCertificate,
} from './certificates/index.js';
import { ORGANIZATIONS, SERVICE_ORGANIZATION, type OrganizationKey } from './organizations.js';
import { writeDurably } from './state/durable-file.js';
import { readJsonFile } from './state/read-json-file.js';

const KEY_AND_CHAIN = z.object({ privateKeyPem: z.string(), chainPem: z.string() });
const KEY_AND_CERTIFICATE = z.object({ privateKeyPem: z.string(), certificatePem: z.string() });
const IDENTITIES_FILE = z.object({
  version: z.literal(1),
  authority: z.object({
    version: z.literal(1),
    root: KEY_AND_CERTIFICATE,
    intermediate: KEY_AND_CERTIFICATE,
  }),
  password: z.string(),
  server: KEY_AND_CHAIN,
  seal: KEY_AND_CHAIN,
});

/** A key with its certificate and those above it, leaf first. */
export type KeyAndChain = z.infer<typeof KEY_AND_CHAIN>;

/** A PKCS#12 file for a client, as the announcement names it. */
export interface CertificateFile {
  readonly file: string;
  readonly password: string;
}

/** Keys and certificates of all parties, issued by the sandbox's authority. */
export interface Identities {
  readonly authority: CertificateAuthority;
  /** For the TLS server: an enterprise certificate of Posten Bring AS, issued to no host name. */
  readonly server: KeyAndChain;
  /** For the PAdES. */
  readonly seal: KeyAndChain;
  readonly certificateFiles: Readonly<Record<OrganizationKey, CertificateFile>>;
  /** A PEM file with the root: what clients trust. */
  readonly trustedCertificates: string;
}

const RENEW_BEFORE_MS = 30 * 24 * 60 * 60 * 1000;

/** Opens the identities in a state folder; generates all at the first start, and when they are about to expire. */
export async function openIdentities(stateFolder: string): Promise<Identities> {
  const folder = join(stateFolder, 'certificates');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'identities.json');
  const kept = await readJsonFile(file, IDENTITIES_FILE);
  const usable = kept !== undefined && !expiresSoon(kept.server) && !expiresSoon(kept.seal);
  const content = usable ? kept : await makeIdentities(folder, kept);
  // Written last: without this file everything is generated again.
  if (content !== kept) await writeDurably(file, JSON.stringify(content));
  return {
    authority: restoreCertificateAuthority(content.authority),
    server: content.server,
    seal: content.seal,
    certificateFiles: {
      privateSender: { file: clientFile(folder, 'privateSender'), password: content.password },
      publicSender: { file: clientFile(folder, 'publicSender'), password: content.password },
      broker: { file: clientFile(folder, 'broker'), password: content.password },
      unauthorized: { file: clientFile(folder, 'unauthorized'), password: content.password },
    },
    trustedCertificates: join(folder, 'trusted-certificates.pem'),
  };
}

async function makeIdentities(
  folder: string,
  kept: z.infer<typeof IDENTITIES_FILE> | undefined,
): Promise<z.infer<typeof IDENTITIES_FILE>> {
  const authority =
    kept === undefined ? await createCertificateAuthority() : restoreCertificateAuthority(kept.authority);
  const password = kept?.password ?? randomBytes(12).toString('base64url');
  const clients = Object.entries(ORGANIZATIONS).map(async ([key, { organizationNumber, name }]) => {
    const issued = await authority.issueEnterpriseCertificate({ organizationNumber, name });
    await writeDurably(clientFile(folder, key), issued.pkcs12({ password }));
  });
  const [server, seal] = await Promise.all([
    authority.issueEnterpriseCertificate(SERVICE_ORGANIZATION),
    authority.issueSealCertificate(SERVICE_ORGANIZATION),
    ...clients,
  ]);
  await writeDurably(join(folder, 'trusted-certificates.pem'), authority.rootPem);
  return {
    version: 1,
    authority: authority.state,
    password,
    server: keyAndChain(server),
    seal: keyAndChain(seal),
  };
}

function clientFile(folder: string, key: string): string {
  const name = key.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  return join(folder, `${name}.p12`);
}

function keyAndChain({ privateKeyPem, chainPem }: IssuedCertificate): KeyAndChain {
  return { privateKeyPem, chainPem };
}

function expiresSoon({ chainPem }: KeyAndChain): boolean {
  return Date.parse(new X509Certificate(chainPem).validTo) < Date.now() + RENEW_BEFORE_MS;
}
