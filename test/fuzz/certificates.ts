import {
  createCertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import { signingKeyFromPem, type SigningKey } from '@signering/signatures';

/** What real inputs are signed with. */
export interface FuzzCertificate {
  readonly issued: IssuedCertificate;
  readonly key: SigningKey;
}

let made: Promise<FuzzCertificate> | undefined;

/** Made once for all targets of a process. */
export function fuzzCertificate(): Promise<FuzzCertificate> {
  made ??= make();
  return made;
}

async function make(): Promise<FuzzCertificate> {
  const authority = await createCertificateAuthority();
  const issued = await authority.issueEnterpriseCertificate({
    organizationNumber: '984661185',
    name: 'Avsender AS',
  });
  return { issued, key: signingKeyFromPem(issued) };
}
