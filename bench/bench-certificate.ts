import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { loadEnterpriseCertificate } from '@signering/signatures';

/** The sender of the document packages. */
export const ORGANIZATION = '312345676';
/** The password of the certificate's file. */
export const PASSWORD = 'bench';

/** An enterprise certificate of a new authority, loaded and as a file. */
export async function benchCertificate() {
  const authority = await createCertificateAuthority();
  const issued = await authority.issueEnterpriseCertificate({
    organizationNumber: ORGANIZATION,
    name: 'Bench AS',
  });
  const file = join(await mkdtemp(join(tmpdir(), 'signering-bench-')), 'bench.p12');
  await writeFile(file, issued.pkcs12({ password: PASSWORD }));
  return { file, certificate: await loadEnterpriseCertificate({ file, password: PASSWORD }) };
}
