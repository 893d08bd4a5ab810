import type { PortalJobContent } from '@signering/contract';
import {
  identifierOfPortalSigner,
  maskPortalSigner,
  type PortalSignatureJobManifest,
} from '@signering/schema';
import type { CreateOptions } from '@signering/signing-api';
import type { CreatedJob, JobToCreate } from './job-to-create.js';
import type { ActivityDependencies } from './dependencies.js';
import { manifestDocumentsOf, packageDocumentsOf } from './package-documents.js';

/** Sends a job of the portal flow once. @throws as `PortalClient.createSignatureJob` */
export async function sendPortalJob(
  { organizationNumber, reference, job }: Extract<JobToCreate, { readonly flow: 'PORTAL' }>,
  { portal, documents }: Pick<ActivityDependencies, 'portal' | 'documents'>,
  options: CreateOptions,
): Promise<CreatedJob> {
  const newJob = {
    request: { reference, pollingQueue: job.pollingQueue },
    manifest: portalManifestOf(organizationNumber, job),
    documents: await packageDocumentsOf(job.documents, documents),
  };
  const { signatureJobId, cancellationUrl } = await portal.createSignatureJob(newJob, options);
  const maskedSigners = job.signers.map((signer) => maskPortalSigner(identifierOfPortalSigner(signer)));
  return { signatureJobId, cancellationUrl, createdAt: new Date().toISOString(), maskedSigners };
}

/** The manifest of a job. Spec: portal.xsd, portal-signature-job-manifest. */
export function portalManifestOf(
  organizationNumber: string,
  job: PortalJobContent,
): PortalSignatureJobManifest {
  const { documents, pollingQueue: _, metadata: __, ...content } = job;
  return { ...content, sender: { organizationNumber }, documents: manifestDocumentsOf(documents) };
}
