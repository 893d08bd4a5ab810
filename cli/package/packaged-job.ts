import { directManifestOf, portalManifestOf } from '@signering/activities';
import { prepareDirectJob, preparePortalJob, type PreparedDocument } from '@signering/client/request';
import type { DocumentToSign } from '@signering/contract';
import { writeDirectSignatureJobManifest, writePortalSignatureJobManifest } from '@signering/schema/xml';
import type { PackageSettings } from '@signering/settings';
import type { JobRequest } from '../request/index.js';

/** Content of a job's document package. */
export interface PackageContent {
  readonly documents: readonly PreparedDocument[];
  readonly manifestFor: (organizationNumber: string, documents: readonly DocumentToSign[]) => string;
}

/** Reads the documents of a job and its manifest. @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED */
export async function preparePackagedJob(
  job: JobRequest,
  settings: Pick<PackageSettings, 'identityNumberCheck' | 'sector'>,
): Promise<PackageContent> {
  // The package does not contain the polling queue; the request does.
  const options = { pollingQueue: '', ...settings };
  if (job.flow === 'DIRECT') {
    const { documents, terms } = await prepareDirectJob(job.request, options);
    return {
      documents,
      manifestFor: (organizationNumber, stored) =>
        writeDirectSignatureJobManifest(
          directManifestOf(organizationNumber, { ...terms, documents: stored }),
        ),
    };
  }
  const { documents, terms } = await preparePortalJob(job.request, options);
  return {
    documents,
    manifestFor: (organizationNumber, stored) =>
      writePortalSignatureJobManifest(portalManifestOf(organizationNumber, { ...terms, documents: stored })),
  };
}
