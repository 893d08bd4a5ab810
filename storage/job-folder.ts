import type { ArchivedJob } from './signed-document-archive.js';
import { encodePathName } from './path-name.js';

/** The folder of a job, relative to the root of the archive or of another area, with `/` as separator. */
export function folderOfJob({
  organizationNumber,
  createdAt,
  signatureJobId,
  reference,
  duplicateJobId,
}: ArchivedJob): string {
  const month = new Date(createdAt).toISOString().slice(0, 7);
  const jobName = `${encodePathName(signatureJobId)}-${encodePathName(reference)}`;
  const folder = `${encodePathName(organizationNumber)}/${month}/${jobName}`;
  return duplicateJobId === undefined ? folder : `${folder}/duplicates/${encodePathName(duplicateJobId)}`;
}
