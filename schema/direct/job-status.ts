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

/** What one signer has done so far. Spec: direct.xsd, signer-status. */
export interface DirectSignature {
  /** The signer's PIN or own identifier; may be absent when the job has one signer only. */
  readonly signer?: string;
  readonly status: SignerStatus;
  /** When the act behind the status happened, `xs:dateTime` as it came. */
  readonly since: string;
  readonly xadesUrl?: XadesUrl;
}

/** A job's state as a whole, asked for by token or fetched from a queue. Spec: direct.xsd, direct-signature-job-status-response. */
export interface DirectSignatureJobStatus {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  readonly status: JobStatus;
  readonly signatures: readonly DirectSignature[];
  /** There when the status is to be confirmed. */
  readonly confirmationUrl?: ConfirmationUrl;
  /** There while the documents can be deleted. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** There as soon as one signer has signed. */
  readonly padesUrl?: PadesUrl;
}

/** The signature of that signer; of a job's only signer also when the service has not named them. */
export function findDirectSignature(
  { signatures }: Pick<DirectSignatureJobStatus, 'signatures'>,
  identifier: DirectSignerIdentifier,
): DirectSignature | undefined {
  const [only, second] = signatures;
  if (only !== undefined && second === undefined && only.signer === undefined) return only;
  const name = nameOfDirectSigner(identifier);
  return signatures.find(({ signer }) => signer !== undefined && isSameDirectSigner(signer, name));
}

/** The same text for a status that comes twice: of the job, its status, and each signer's name, status and since. */
export function identityOfDirectStatus({
  signatureJobId,
  status,
  signatures,
}: DirectSignatureJobStatus): string {
  const each = signatures.map(({ signer = '', status: { kind, ...unknown }, since }) =>
    JSON.stringify([signer, kind, unknown, since]),
  );
  // They come in any order.
  return JSON.stringify([signatureJobId, status, each.sort()]);
}
