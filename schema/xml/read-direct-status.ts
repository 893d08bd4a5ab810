import type { DirectSignature, DirectSignatureJobStatus } from '../direct/job-status.js';
import { isSameDirectSigner } from '../direct/signer-identifier.js';
import type { ConfirmationUrl, DeleteDocumentsUrl, PadesUrl, XadesUrl } from '../identifiers.js';
import { JOB_STATUSES } from '../job-status.js';
import { parseSignerStatus } from '../signer-status.js';
import { findChildren, findMoment, findText, findToken, present, requireOneOf } from './element-content.js';
import { readSignatureJobId } from './read-signature-job-id.js';
import { UnreadableXmlError } from './errors.js';
import { readRoot, type XmlElement } from './xml-element.js';

/**
 * Ignores unknown elements, attributes and signer statuses; the job's own status must be known. With one signer
 * `@signer` may be absent. A XAdES that matches no signer makes the message unreadable, because dropping it could
 * lose a signature.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signature-job-status-response.
 */
export function readDirectSignatureJobStatus(xml: string | Uint8Array): DirectSignatureJobStatus {
  const root = readRoot(xml, 'direct-signature-job-status-response');
  return {
    ...present({ reference: findText(root, 'reference') }),
    signatureJobId: readSignatureJobId(root),
    status: requireOneOf(root, 'signature-job-status', JOB_STATUSES),
    signatures: withXades(findChildren(root, 'status').map(readStatus), findChildren(root, 'xades-url')),
    ...present({
      confirmationUrl: findToken(root, 'confirmation-url') as ConfirmationUrl | undefined,
      deleteDocumentsUrl: findToken(root, 'delete-documents-url') as DeleteDocumentsUrl | undefined,
      padesUrl: findToken(root, 'pades-url') as PadesUrl | undefined,
    }),
  };
}

function readStatus(status: XmlElement): DirectSignature {
  const text = status.text.trim();
  if (text === '') throw new UnreadableXmlError('the status of a signer is empty');
  return {
    ...present({ signer: signerOf(status), since: findMoment(status, 'since') }),
    status: parseSignerStatus(text),
  };
}

function withXades(
  statuses: readonly DirectSignature[],
  xadesUrls: readonly XmlElement[],
): readonly DirectSignature[] {
  if (statuses.length === 0) throw new UnreadableXmlError('it has no status of a signer');
  const signatures = [...statuses];
  for (const element of xadesUrls) {
    const xadesUrl = element.text.trim() as XadesUrl;
    if (xadesUrl === '') continue;
    const index = ownerOf(signerOf(element), signatures);
    const signature = signatures[index];
    if (signature === undefined) throw new UnreadableXmlError('a xades-url belongs to no signer of the job');
    if (signature.xadesUrl !== undefined)
      throw new UnreadableXmlError('a signer has more than one xades-url');
    signatures[index] = { ...signature, xadesUrl };
  }
  return signatures;
}

/** Index of the named signer's signature; -1 if there is none. An only signer needs no name. */
function ownerOf(name: string | undefined, signatures: readonly DirectSignature[]): number {
  const alone = signatures.length === 1;
  return signatures.findIndex(({ signer }) =>
    name === undefined || signer === undefined ? alone : isSameDirectSigner(name, signer),
  );
}

function signerOf(element: XmlElement): string | undefined {
  const signer = element.attributes.get('signer');
  return signer === '' ? undefined : signer;
}
