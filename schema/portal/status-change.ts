import type {
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  PadesUrl,
  SignatureJobId,
  XadesUrl,
} from '../identifiers.js';
import { isFinalJobStatus, type JobStatus } from '../job-status.js';
import type { SignerStatus } from '../signer-status.js';
import type { Notifications } from './manifest.js';

/** How a status change names a signer: the PIN, or the contact information as it was sent. */
export type PortalSignerIdentifier = { readonly personalIdentificationNumber: string } | Notifications;

/** What one signer has done so far. Spec: portal.xsd, signature. */
export interface PortalSignature {
  readonly identifier: PortalSignerIdentifier;
  readonly status: SignerStatus;
  /** When the act behind the status happened, `xs:dateTime` as it came. */
  readonly since: string;
  readonly xadesUrl?: XadesUrl;
}

/** A job's state as a whole, fetched from a queue. Spec: portal.xsd, portal-signature-job-status-change-response. */
export interface PortalStatusChange {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  readonly status: JobStatus;
  readonly confirmationUrl: ConfirmationUrl;
  /** There while the job can be cancelled. */
  readonly cancellationUrl?: CancellationUrl;
  /** There while the documents can be deleted. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  readonly signatures: readonly PortalSignature[];
  readonly padesUrl?: PadesUrl;
}

/** True when the job has ended, so that its documents are archived before the change is confirmed. */
export function isFinal(change: { readonly status: JobStatus }): boolean {
  return isFinalJobStatus(change.status);
}

/** The same text for a change that comes twice: of the job, its status, and each signer's identifier, status and since. */
export function identityOfStatusChange(change: PortalStatusChange): string {
  const signatures = change.signatures.map(({ identifier, status, since }) => [
    'personalIdentificationNumber' in identifier
      ? [identifier.personalIdentificationNumber]
      : [identifier.emailAddress ?? '', identifier.mobileNumber ?? ''],
    status.kind === 'UNKNOWN' ? status.text : status.kind,
    since,
  ]);
  return JSON.stringify([change.signatureJobId, change.status, signatures]);
}
