import { readFile } from 'node:fs/promises';
import type { SandboxAnnouncement } from '@signering/sandbox';
import { createSigningApi, type NewPortalJob, type SigningApi, type Timeouts } from '@signering/signing-api';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { agreement, signerByNumber } from './order.js';

/** The product's own client of the API, as the private sender. */
export async function openProductClient(
  announcement: SandboxAnnouncement,
  timeouts: Timeouts = {},
): Promise<SigningApi> {
  return createSigningApi({
    apiUrl: announcement.apiUrl,
    certificate: await loadEnterpriseCertificate(announcement.certificate),
    trustedCertificates: [await readFile(announcement.trustedCertificates, 'utf8')],
    serverOrganizationNumber: announcement.serverOrganizationNumber,
    timeouts,
  });
}

/** An agreement for one signer, as the product's client takes it. */
export async function portalJob(
  organizationNumber: string,
  request: NewPortalJob['request'] = {},
): Promise<NewPortalJob> {
  const document = await agreement(1);
  return {
    request,
    manifest: {
      signers: [signerByNumber(1)],
      sender: { organizationNumber },
      title: 'Avtale om grønne epler',
      documents: [{ href: document.name, mime: document.mediaType, title: 'Avtale' }],
    },
    documents: [document],
  };
}
