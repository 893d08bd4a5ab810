import type {
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  PadesUrl,
  XadesUrl,
} from '../identifiers.js';
import { JOB_STATUSES } from '../job-status.js';
import type { PortalSignature, PortalSignerIdentifier, PortalStatusChange } from '../portal/status-change.js';
import { parseSignerStatus } from '../signer-status.js';
import {
  findChild,
  findChildren,
  findMoment,
  findText,
  findToken,
  present,
  requireChild,
  requireOneOf,
  requireToken,
} from './element-content.js';
import { readNotifications } from './read-notifications.js';
import { readSignatureJobId } from './read-signature-job-id.js';
import { readRoot, type XmlElement } from './xml-element.js';

/**
 * Ignores unknown elements, attributes and signer statuses; the job's own status must be known.
 * @throws UNREADABLE_XML
 * Spec: portal.xsd, portal-signature-job-status-change-response.
 */
export function readPortalStatusChange(xml: string | Uint8Array): PortalStatusChange {
  const root = readRoot(xml, 'portal-signature-job-status-change-response');
  const signatures = requireChild(root, 'signatures');
  return {
    ...present({ reference: findText(root, 'reference') }),
    signatureJobId: readSignatureJobId(root),
    status: requireOneOf(root, 'status', JOB_STATUSES),
    confirmationUrl: requireToken(root, 'confirmation-url') as ConfirmationUrl,
    ...present({
      cancellationUrl: findToken(root, 'cancellation-url') as CancellationUrl | undefined,
      deleteDocumentsUrl: findToken(root, 'delete-documents-url') as DeleteDocumentsUrl | undefined,
    }),
    signatures: findChildren(signatures, 'signature').map(readSignature),
    ...present({ padesUrl: findToken(signatures, 'pades-url') as PadesUrl | undefined }),
  };
}

function readSignature(signature: XmlElement): PortalSignature {
  return {
    identifier: readIdentifier(signature),
    status: parseSignerStatus(requireToken(signature, 'status')),
    ...present({
      since: findMoment(requireChild(signature, 'status'), 'since'),
      xadesUrl: findToken(signature, 'xades-url') as XadesUrl | undefined,
    }),
  };
}

function readIdentifier(signature: XmlElement): PortalSignerIdentifier {
  const personalIdentificationNumber = findToken(signature, 'personal-identification-number');
  if (personalIdentificationNumber !== undefined) return { personalIdentificationNumber };
  const contact = findChild(signature, 'identifier');
  // An unknown kind of identifier yields an unidentified signer: an error would block the whole queue.
  return contact === undefined ? {} : readNotifications(contact);
}
