import type {
  ConfirmationUrl,
  DeleteDocumentsUrl,
  PadesUrl,
  SignatureJobId,
  XadesUrl,
} from '../identifiers.js';
import type { JobStatus } from '../job-status.js';
import type { SignerStatus } from '../signer-status.js';
import { isSameDirectSigner, nameOfDirectSigner, type DirectSignerIdentifier } from './signer-identifier.js';

/** The status of one signer. Spec: direct.xsd, signer-status. */
export interface DirectSignature {
  /** The signer's personal identification number or signer identifier; may be absent if the job has one signer. */
  readonly signer?: string;
  readonly status: SignerStatus;
  /**
   * Time of the signer's action, ISO 8601 in UTC with milliseconds. Absent: the service gave a time without an offset,
   * which is not a point in time.
   */
  readonly since?: string;
  readonly xadesUrl?: XadesUrl;
}

/**
 * The whole status of a job, fetched by token or from a queue. Spec: direct.xsd,
 * direct-signature-job-status-response.
 */
export interface DirectSignatureJobStatus {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  readonly status: JobStatus;
  readonly signatures: readonly DirectSignature[];
  /** Present if the status must be confirmed. */
  readonly confirmationUrl?: ConfirmationUrl;
  /** Present while the documents can be deleted. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Present as soon as one signer has signed. */
  readonly padesUrl?: PadesUrl;
}

/** The signature of a signer. Also finds a job's only signer when the service does not name them. */
export function findDirectSignature(
  { signatures }: Pick<DirectSignatureJobStatus, 'signatures'>,
  identifier: DirectSignerIdentifier,
): DirectSignature | undefined {
  const [only, second] = signatures;
  if (only !== undefined && second === undefined && only.signer === undefined) return only;
  const name = nameOfDirectSigner(identifier);
  return signatures.find(({ signer }) => signer !== undefined && isSameDirectSigner(signer, name));
}

/** Identical for a re-delivered status: built from the job, its status, and each signer's name, status and time. */
export function identityOfDirectStatus({
  signatureJobId,
  status,
  signatures,
}: DirectSignatureJobStatus): string {
  const each = signatures.map(({ signer = '', status: { kind, ...unknown }, since }) =>
    JSON.stringify([signer, kind, unknown, since]),
  );
  // Signers arrive in any order.
  return JSON.stringify([signatureJobId, status, each.sort()]);
}
