import type { DirectJobContent } from '@signering/contract';
import {
  isSameDirectSigner,
  maskDirectSigner,
  nameOfDirectSigner,
  type DirectSignatureJobManifest,
  type DirectSignatureJobRequest,
  type DirectSignatureJobResponse,
} from '@signering/schema';
import type { CreateOptions } from '@signering/signing-api';
import type { CreatedJob, JobToCreate } from './job-to-create.js';
import type { ActivityDependencies } from './dependencies.js';
import { manifestDocumentsOf, packageDocumentsOf } from './package-documents.js';

/** Sends a job of the direct flow once. @throws as `DirectClient.createSignatureJob` */
export async function sendDirectJob(
  { organizationNumber, reference, job }: Extract<JobToCreate, { readonly flow: 'DIRECT' }>,
  { direct, documents }: Pick<ActivityDependencies, 'direct' | 'documents'>,
  options: CreateOptions,
): Promise<CreatedJob> {
  const newJob = {
    request: directRequestOf(reference, job),
    manifest: directManifestOf(organizationNumber, job),
    documents: await packageDocumentsOf(job.documents, documents),
  };
  const response = await direct.createSignatureJob(newJob, options);
  const { signatureJobId, statusUrl } = response;
  return {
    signatureJobId,
    createdAt: new Date().toISOString(),
    ...(statusUrl !== undefined && { statusUrl }),
    maskedSigners: job.signers.map(({ identifier }) => maskDirectSigner(nameOfDirectSigner(identifier))),
    signers: signersInOrder(job, response),
  };
}

/** The manifest of a job. Spec: direct.xsd, direct-signature-job-manifest. */
export function directManifestOf(
  organizationNumber: string,
  job: DirectJobContent,
): DirectSignatureJobManifest {
  const { documents, pollingQueue: _, exitUrls: __, metadata: ___, ...content } = job;
  return { ...content, sender: { organizationNumber }, documents: manifestDocumentsOf(documents) };
}

function directRequestOf(
  reference: string,
  { exitUrls, pollingQueue }: DirectJobContent,
): DirectSignatureJobRequest {
  return pollingQueue === undefined
    ? { reference, exitUrls, statusRetrievalMethod: 'WAIT_FOR_CALLBACK' }
    : { reference, exitUrls, statusRetrievalMethod: 'POLLING', pollingQueue };
}

/** The service orders signers differently. */
function signersInOrder(
  { signers }: DirectJobContent,
  response: DirectSignatureJobResponse,
): NonNullable<CreatedJob['signers']> {
  return signers.flatMap(({ identifier }, index) => {
    const name = nameOfDirectSigner(identifier);
    const found = response.signers.find((signer) =>
      isSameDirectSigner(nameOfDirectSigner(signer.identifier), name),
    );
    if (found === undefined) return [];
    const { signerUrl, redirectUrl } = found;
    return [{ signer: index + 1, signerUrl, redirectUrl }];
  });
}
