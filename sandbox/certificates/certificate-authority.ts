import type { KeyObject } from 'node:crypto';
import {
  authoritySubject,
  enterpriseSubject,
  personSubject,
  type SubjectStyle,
} from './distinguished-names.js';
import {
  issueCertificate,
  makeKey,
  type CertificateExtension,
  type DistinguishedName,
  type KeyAndCertificate,
} from './issue-certificate.js';
import { withChain, type IssuedCertificate } from './issued-certificate.js';

/** The state of a certificate authority; plain data, so that the sandbox can store it in a file. */
export interface CertificateAuthorityState {
  readonly version: 1;
  readonly root: KeyAndCertificate;
  readonly intermediate: KeyAndCertificate;
}

/** The validity of a certificate. */
export interface Validity {
  /** @default an hour ago, for clocks that are behind */
  readonly notBefore?: Date;
  /** @default two years from now, or from `notBefore` when that lies ahead */
  readonly notAfter?: Date;
}

/** The organisation of an enterprise certificate. */
export interface EnterpriseCertificateOrder extends Validity {
  /** Nine digits. */
  readonly organizationNumber: string;
  readonly name: string;
  /** @default 'SEID2', the only kind issued today */
  readonly style?: SubjectStyle;
  /**
   * Organisations get several certificates; the service requires the one for AUTHENTICATION, the only one with the key
   * usage digital signature. @default 'AUTHENTICATION'
   */
  readonly purpose?: 'AUTHENTICATION' | 'NON_REPUDIATION' | 'ENCRYPTION';
}

/** The person of a signer's test e-ID. */
export interface PersonCertificateOrder extends Validity {
  readonly name: string;
  /** The e-ID's own number, such as `UN:NO-9578-4050-1`; never a national identity number. */
  readonly serialNumber?: string;
}

/** The organisation of the seal on a signed document. */
export interface SealCertificateOrder extends Validity {
  /** Nine digits. */
  readonly organizationNumber: string;
  readonly name: string;
}

/** A root and one intermediate that issues everything, so that chains are as long as in production. */
export interface CertificateAuthority {
  readonly rootPem: string;
  readonly intermediatePem: string;
  /** For {@link restoreCertificateAuthority}; holds the private keys. */
  readonly state: CertificateAuthorityState;
  /** For TLS, as client and as server, and for document packages. */
  issueEnterpriseCertificate(order: EnterpriseCertificateOrder): Promise<IssuedCertificate>;
  /** For the XAdES of one signer. */
  issuePersonCertificate(order: PersonCertificateOrder): Promise<IssuedCertificate>;
  /** For the PAdES. */
  issueSealCertificate(order: SealCertificateOrder): Promise<IssuedCertificate>;
}

const HOUR_MS = 60 * 60 * 1000;
const YEAR_MS = 365 * 24 * HOUR_MS;

const KEY_USAGE = {
  AUTHENTICATION: { digitalSignature: true, keyEncipherment: true },
  NON_REPUDIATION: { nonRepudiation: true },
  ENCRYPTION: { keyEncipherment: true, dataEncipherment: true },
} as const;
const SEAL_USAGE = { digitalSignature: true, nonRepudiation: true } as const;
const AUTHORITY_USAGE: CertificateExtension = {
  name: 'keyUsage',
  critical: true,
  keyCertSign: true,
  cRLSign: true,
};

/** Makes a new authority with new keys, valid for twenty years. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const notBefore = new Date(Date.now() - YEAR_MS);
  const notAfter = new Date(notBefore.getTime() + 20 * YEAR_MS);
  const root = await issueCertificate({
    subject: authoritySubject('Signering Sandbox Test Root CA'),
    notBefore,
    notAfter,
    extensions: [{ name: 'basicConstraints', critical: true, cA: true }, AUTHORITY_USAGE],
  });
  const intermediate = await issueCertificate({
    subject: authoritySubject('Signering Sandbox Test CA 1'),
    notBefore,
    notAfter,
    extensions: [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      AUTHORITY_USAGE,
    ],
    issuer: root,
  });
  return restoreCertificateAuthority({ version: 1, root, intermediate });
}

/** Restores an authority from its stored state. */
export function restoreCertificateAuthority(state: CertificateAuthorityState): CertificateAuthority {
  const { root, intermediate } = state;
  /** One for all test e-IDs, because a sandbox issues a new certificate for each signature. */
  let personKey: Promise<KeyObject> | undefined;

  const issue = async (
    subject: DistinguishedName,
    extensions: readonly CertificateExtension[],
    { key, ...validity }: Validity & { readonly key?: KeyObject },
  ): Promise<IssuedCertificate> => {
    const issued = await issueCertificate({
      ...(key && { key }),
      subject,
      ...resolveValidity(validity),
      extensions: [{ name: 'basicConstraints', critical: true, cA: false }, ...extensions],
      issuer: intermediate,
    });
    return withChain(issued, [intermediate.certificatePem, root.certificatePem]);
  };

  return {
    rootPem: root.certificatePem,
    intermediatePem: intermediate.certificatePem,
    state,
    issueEnterpriseCertificate: async ({ style = 'SEID2', purpose = 'AUTHENTICATION', ...order }) =>
      await issue(
        enterpriseSubject({ ...order, style }),
        purpose === 'AUTHENTICATION'
          ? [keyUsage(KEY_USAGE[purpose]), { name: 'extKeyUsage', clientAuth: true, serverAuth: true }]
          : [keyUsage(KEY_USAGE[purpose])],
        order,
      ),
    issuePersonCertificate: async (order) => {
      personKey ??= makeKey();
      return await issue(personSubject(order), [keyUsage(SEAL_USAGE)], { ...order, key: await personKey });
    },
    issueSealCertificate: async (order) =>
      await issue(enterpriseSubject({ ...order, style: 'SEID2' }), [keyUsage(SEAL_USAGE)], order),
  };
}

function keyUsage(usages: Readonly<Record<string, boolean>>): CertificateExtension {
  return { name: 'keyUsage', critical: true, ...usages };
}

function resolveValidity({ notBefore = new Date(Date.now() - HOUR_MS), notAfter }: Validity): {
  notBefore: Date;
  notAfter: Date;
} {
  return {
    notBefore,
    notAfter: notAfter ?? new Date(Math.max(notBefore.getTime(), Date.now()) + 2 * YEAR_MS),
  };
}
