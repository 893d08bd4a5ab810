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

/**
 * How a status change identifies a signer: by personal identification number, or by the contact information as sent.
 */
export type PortalSignerIdentifier = { readonly personalIdentificationNumber: string } | Notifications;

/** The status of one signer. Spec: portal.xsd, signature. */
export interface PortalSignature {
  readonly identifier: PortalSignerIdentifier;
  readonly status: SignerStatus;
  /**
   * Time of the signer's action, ISO 8601 in UTC with milliseconds. Absent: the service gave a time without an offset,
   * which is not a point in time.
   */
  readonly since?: string;
  readonly xadesUrl?: XadesUrl;
}

/** The whole status of a job, fetched from a queue. Spec: portal.xsd, portal-signature-job-status-change-response. */
export interface PortalStatusChange {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  readonly status: JobStatus;
  readonly confirmationUrl: ConfirmationUrl;
  /** Present while the job can be cancelled. */
  readonly cancellationUrl?: CancellationUrl;
  /** Present while the documents can be deleted. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  readonly signatures: readonly PortalSignature[];
  readonly padesUrl?: PadesUrl;
}

/** True if the job has ended, so its documents must be archived before the change is confirmed. */
export function isFinal(change: { readonly status: JobStatus }): boolean {
  return isFinalJobStatus(change.status);
}

/**
 * Identical for a re-delivered change: built from the job, its status, and each signer's identifier, status and time.
 */
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
