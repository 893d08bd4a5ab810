import { createXadesSignature, signingKeyFromPem } from '@signering/signatures';
import { recordSignature } from '../jobs/job-life.js';
import { distributeCopies } from '../jobs/signed-copies.js';
import type { JobSigner, SandboxJob, StoredContent } from '../jobs/job.js';
import { sendMailboxInvitations } from '../notifications/send-notifications.js';
import type { SandboxParts } from '../sandbox-parts.js';

const HOUR_MS = 60 * 60 * 1000;

/**
 * Signs a job for one of its signers: creates the XAdES over every document and the manifest, and a new PAdES with the
 * signatures so far. Both are stored, so that each download returns the same bytes.
 */
export async function signJob(
  parts: SandboxParts,
  job: SandboxJob,
  { signer, now }: { readonly signer: JobSigner; readonly now: Date },
): Promise<SandboxJob> {
  const xades = await createSignersXades(parts, job, { signer, now });
  const content = Buffer.from(xades);
  const signed = recordSignature(job, {
    signer: signer.number,
    xades: await parts.jobs.keepContent(job.id, content),
    now,
  });
  // Imported dynamically: it loads four hundred files for PDF and fonts, half of the sandbox's start time.
  const { buildPades } = await import('../pades/build-pades.js');
  const pades = await buildPades({
    job: signed,
    readContent: async (stored) => await parts.jobs.readContent(job.id, stored),
    seal: parts.identities.seal,
    now,
  });
  const signedBy = signed.signers.filter(({ status }) => status === 'SIGNED').map(({ number }) => number);
  const distributed = distributeCopies(signed, {
    mailboxes: parts.mailboxes,
    choices: parts.organizationSettings.of(job.organizationNumber),
  });
  const told = sendMailboxInvitations(distributed, now, {
    register: parts.register,
    pagesUrl: parts.urls.pagesUrl,
  });
  return { ...told, pades: { ...(await parts.jobs.keepContent(job.id, pades)), signedBy } };
}

async function createSignersXades(
  parts: SandboxParts,
  job: SandboxJob,
  { signer, now }: { readonly signer: JobSigner; readonly now: Date },
): Promise<string> {
  const person = await parts.identities.authority.issuePersonCertificate({
    name: signer.name,
    serialNumber: `UN:NO-9578-4050-${signer.id}`,
    // By the sandbox's clock, so that the certificate is valid at the signing time.
    notBefore: new Date(now.getTime() - HOUR_MS),
  });
  const files: readonly (StoredContent & { readonly name: string; readonly mediaType: string })[] = [
    ...job.documents,
    { ...job.manifestContent, name: 'manifest.xml', mediaType: 'application/xml' },
  ];
  return createXadesSignature({
    references: files.map(({ name, mediaType, sha256 }, index) => ({
      id: `ID_${index}`,
      uri: name,
      sha256: Buffer.from(sha256, 'hex').toString('base64'),
      mediaType,
    })),
    certificate: signingKeyFromPem(person),
    signingTime: now,
  });
}
