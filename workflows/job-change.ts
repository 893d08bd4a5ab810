import type {
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  JobStatus,
  PadesUrl,
  PortalStatusChange,
  SignatureJobId,
  SignerStatus,
  XadesUrl,
} from '@signering/schema';

/** What one signer has done, under the number that the request gives them. */
export interface NumberedSignature {
  /** Counts from 1; higher than the request's last number for a signer whom the request does not name. */
  readonly signer: number;
  readonly status: SignerStatus;
  /** When the signer acted, ISO 8601. Absent where the service gives no offset. */
  readonly since?: string;
  readonly xadesUrl?: XadesUrl;
}

/** A job's state as a whole, in either flow. */
export interface JobChange {
  readonly signatureJobId: SignatureJobId;
  readonly status: JobStatus;
  readonly signatures: readonly NumberedSignature[];
  /** Equal for re-deliveries of one change. */
  readonly identity: string;
  /** The change names exactly the signers of the request: distinguishes a duplicate from a job of others. */
  readonly namesOurSigners: boolean;
  /** Absent when there is nothing to confirm. */
  readonly confirmationUrl?: ConfirmationUrl;
  readonly cancellationUrl?: CancellationUrl;
  readonly padesUrl?: PadesUrl;
  /** Present while the documents can be deleted. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Portal flow: the change as its queue gave it. */
  readonly portalChange?: PortalStatusChange;
}

/** The argument of {@link numberSignatures}. */
export interface SignaturesToNumber<Signature> {
  readonly signatures: readonly Signature[];
  /** The signature of each signer of the request, in its order. */
  readonly requested: readonly (Signature | undefined)[];
}

/**
 * Gives every signature its signer's number; the service orders signers differently. Signatures of unknown signers get
 * the numbers after the request's, so that they are archived too.
 */
export function numberSignatures<Signature extends Omit<NumberedSignature, 'signer'>>({
  signatures,
  requested,
}: SignaturesToNumber<Signature>): Pick<JobChange, 'signatures' | 'namesOurSigners'> {
  const others = signatures.filter((signature) => !requested.includes(signature));
  const numbered = [...requested, ...others].flatMap((signature, index) => {
    if (signature === undefined) return [];
    const { status, since, xadesUrl } = signature;
    return [
      {
        signer: index + 1,
        status,
        ...(since !== undefined && { since }),
        ...(xadesUrl !== undefined && { xadesUrl }),
      },
    ];
  });
  return { signatures: numbered, namesOurSigners: others.length === 0 && !requested.includes(undefined) };
}
