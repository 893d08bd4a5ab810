import type { DirectSignatureJobManifest } from '../direct/manifest.js';
import { findChildren, findText, present, requireChild } from './element-content.js';
import { readDirectSigner } from './read-direct-signer.js';
import {
  findIdentifierInSignedDocuments,
  findRequiredAuthentication,
  readManifestContent,
  readSender,
} from './read-manifest-parts.js';
import { readRoot } from './xml-element.js';

/**
 * Reads both forms into the newer structure.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signature-job-manifest.
 */
export function readDirectSignatureJobManifest(xml: string | Uint8Array): DirectSignatureJobManifest {
  const root = readRoot(xml, 'direct-signature-job-manifest');
  const { texts, documents } = readManifestContent(root);
  return {
    signers: findChildren(root, 'signer').map(readDirectSigner),
    sender: readSender(root),
    title: requireChild(texts, 'title').text,
    ...present({ description: findText(texts, 'description') }),
    documents,
    ...findRequiredAuthentication(root),
    ...findIdentifierInSignedDocuments(root),
  };
}
