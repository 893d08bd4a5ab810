import { problemsOfEntryNames } from '@signering/document-package';
import {
  InvalidInputError,
  MAX_DOCUMENT_BYTES,
  MAX_DOCUMENTS,
  problemsOfDirectManifest,
  problemsOfPortalManifest,
  whatIsWrongWithExitUrl,
  type ManifestDocument,
  type Problem,
  type Sector,
} from '@signering/schema';
import type { PackageDocument } from '../calls.js';
import type { NewDirectJob } from '../direct/direct-client.js';
import type { NewPortalJob } from '../portal/portal-client.js';

/** @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED for what the service would refuse, each mistake with its field */
export function checkPortalJob({ manifest, documents }: NewPortalJob, sector: Sector | undefined): void {
  refuse(problemsOfPortalManifest(manifest, sector).map(inManifest), manifest.documents, documents);
}

/** @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED for what the service would refuse, each mistake with its field */
export function checkDirectJob(
  { request, manifest, documents }: NewDirectJob,
  sector: Sector | undefined,
): void {
  const problems = problemsOfDirectManifest(manifest, sector).map(inManifest);
  // Named, because a later version may add members.
  for (const name of ['completionUrl', 'rejectionUrl', 'errorUrl'] as const) {
    const message = whatIsWrongWithExitUrl(request.exitUrls[name]);
    if (message !== undefined) problems.push({ path: `request.exitUrls.${name}`, message });
  }
  refuse(problems, manifest.documents, documents);
}

function inManifest({ path, message }: Problem): Problem {
  return { path: `manifest.${path}`, message };
}

function refuse(
  problems: readonly Problem[],
  listed: readonly ManifestDocument[],
  documents: readonly PackageDocument[],
): void {
  const ofDocuments = [...problemsOfAmount(documents), ...problemsOfEntryNames(documents)];
  const all = [...problems, ...problemsOfList(listed, documents), ...ofDocuments];
  if (all.length === 0) return;
  const code = all.length === ofDocuments.length ? 'DOCUMENT_NOT_ACCEPTED' : 'INVALID_REQUEST';
  throw new InvalidInputError(code, 'The service would refuse the signature job', all);
}

/** An empty package is refused for that alone: that its manifest lists something follows from it. */
function problemsOfList(
  listed: readonly ManifestDocument[],
  documents: readonly PackageDocument[],
): readonly Problem[] {
  if (documents.length === 0) return [];
  const unlisted = documents.flatMap(({ name }, index) =>
    listed.some(({ href }) => href === name)
      ? []
      : [{ path: `documents[${index}].name`, message: 'is the href of no document in the manifest' }],
  );
  const missing = listed.flatMap(({ href, mime }, index) => {
    const path = `manifest.documents[${index}]`;
    const document = documents.find(({ name }) => name === href);
    if (document === undefined) return [{ path: `${path}.href`, message: 'is the name of no document' }];
    return document.mediaType === mime
      ? []
      : [{ path: `${path}.mime`, message: `must be ${document.mediaType}, as the document says` }];
  });
  return [...unlisted, ...missing];
}

function problemsOfAmount(documents: readonly PackageDocument[]): readonly Problem[] {
  const problems: Problem[] = [];
  const bytes = documents.reduce((sum, { content }) => sum + content.byteLength, 0);
  const demand = (most: number, found: number, what: string) => {
    if (found > most)
      problems.push({ path: 'documents', message: `may be at most ${most} ${what}, here are ${found}` });
  };
  demand(MAX_DOCUMENTS, documents.length, 'documents');
  demand(MAX_DOCUMENT_BYTES, bytes, 'bytes together');
  return problems;
}
