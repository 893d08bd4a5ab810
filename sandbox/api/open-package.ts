import {
  fileNamed,
  readDocumentPackage,
  type DocumentPackage,
  type PackagedDocument,
} from '@signering/document-package';
import { inspectDocuments } from '@signering/document-package/inspection';
import { sentence, SigningError, type ManifestDocument } from '@signering/schema';
import { validateMessage } from '@signering/schema/xml';
import { organizationNumberOf } from '@signering/signatures';
import { faultOf } from '../certificate-trust.js';
import { describeContent } from '../jobs/job-store.js';
import type { StoredDocument } from '../jobs/job.js';
import { sectorOf } from '../organizations.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { SenderRulesContext } from './sender-rules.js';
import type { ApiRequest } from './api-call.js';
import { ServiceRefusal } from './service-refusal.js';

/** A document with its title from the manifest. */
export interface TitledDocument extends PackagedDocument {
  readonly title: string;
}

/** A document package that the service accepts. */
export interface AcceptedPackage<Manifest> {
  readonly manifest: Manifest;
  /** `manifest.xml` as it came. */
  readonly manifestXml: Uint8Array;
  /** In the manifest's order. */
  readonly documents: readonly TitledDocument[];
}

/** The part that differs between the flows. */
export interface PackageOfFlow<Manifest> {
  readonly bytes: Buffer;
  readonly readManifest: (xml: Uint8Array) => Manifest;
  /** Reasons for which the service rejects a manifest that is valid by the schema. */
  readonly brokenRules: (manifest: Manifest, context: SenderRulesContext) => readonly string[];
}

/**
 * Opens a document package and checks every requirement of the service. Compares its signing time with the real time
 * of its arrival, because the sandbox's clock may have been moved.
 * @throws ServiceRefusal 400 ASICE_VALIDATION_FAILED, SCHEMA_VALIDATION_ERROR
 */
export async function openPackage<Manifest extends { readonly documents: readonly ManifestDocument[] }>(
  parts: SandboxParts,
  request: ApiRequest,
  content: PackageOfFlow<Manifest>,
): Promise<AcceptedPackage<Manifest>> {
  const opened = await openContainer(content.bytes, request.receivedAt);
  checkSigner(parts, request, opened);
  const manifest = readValidMessage(opened.manifest, content.readManifest);
  const { organizationNumber } = request;
  const broken = content.brokenRules(manifest, { organizationNumber, sector: sectorOf(organizationNumber) });
  if (broken.length > 0) throw packageRefused(broken.join('; '));

  const documents = matchDocuments(manifest, opened.documents);
  const { problems } = inspectDocuments(
    documents.map((document, index) => ({ ...document, path: `documents[${index}]` })),
  );
  if (problems.length > 0) {
    throw packageRefused(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
  return { manifest, manifestXml: opened.manifest, documents };
}

/** A document as a job keeps it. */
export function describeDocument({ content, name, mediaType, title }: TitledDocument): StoredDocument {
  return { ...describeContent(content), name, mediaType, title };
}

/** Validates a message with the schema and reads it. @throws ServiceRefusal 400 SCHEMA_VALIDATION_ERROR */
export function readValidMessage<Message>(xml: Uint8Array, read: (xml: Uint8Array) => Message): Message {
  try {
    validateMessage(xml);
    return read(xml);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    throw new ServiceRefusal('SCHEMA_VALIDATION_ERROR', error.message);
  }
}

async function openContainer(bytes: Buffer, now: Date): Promise<DocumentPackage> {
  try {
    return await readDocumentPackage(bytes, { now });
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    // The message already states that the package is rejected, in whole sentences.
    throw new ServiceRefusal('ASICE_VALIDATION_FAILED', error.message);
  }
}

/** The package is the sender's or its broker's, signed with a certificate that the service would take in TLS too. */
function checkSigner(
  parts: SandboxParts,
  request: ApiRequest,
  { signingCertificate: leaf }: DocumentPackage,
): void {
  const fault = faultOf(leaf, parts.identities.authority, request.receivedAt);
  if (fault !== undefined) throw packageRefused(`its signing certificate is not accepted (${fault})`);
  const signer = organizationNumberOf(leaf.raw);
  if (signer !== request.certificateOrganization && signer !== request.organizationNumber) {
    throw packageRefused('it was signed by another organisation than the sender or its broker');
  }
}

function matchDocuments(
  manifest: { readonly documents: readonly ManifestDocument[] },
  packaged: readonly PackagedDocument[],
): readonly TitledDocument[] {
  const documents = manifest.documents.map(({ href, mime, title }, index) => {
    const document = fileNamed(packaged, href);
    if (document === undefined)
      throw packageRefused(`document ${index + 1} of the manifest is not in the package`);
    return { ...document, mediaType: mime, title };
  });
  const names = new Set(documents.map(({ name }) => name));
  if (names.size < documents.length) throw packageRefused('the manifest names a document twice');
  if (names.size < packaged.length) throw packageRefused('a document in the package is not in the manifest');
  return documents;
}

function packageRefused(reason: string): ServiceRefusal {
  return new ServiceRefusal(
    'ASICE_VALIDATION_FAILED',
    sentence(`The document package is rejected: ${reason}`),
  );
}
