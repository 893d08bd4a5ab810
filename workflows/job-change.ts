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
  /** Counts from 1; beyond the last that was asked: one whom the service names in words that are not the request's. */
  readonly signer: number;
  readonly status: SignerStatus;
  /** When the act behind the status happened, `xs:dateTime` as it came. */
  readonly since: string;
  readonly xadesUrl?: XadesUrl;
}

/** A job's state as a whole, whichever flow it was told by. */
export interface JobChange {
  readonly signatureJobId: SignatureJobId;
  readonly status: JobStatus;
  readonly signatures: readonly NumberedSignature[];
  /** The same for a change that comes twice. */
  readonly identity: string;
  /** Exactly the signers that were asked: part of telling our own second job from another's. */
  readonly namesOurSigners: boolean;
  /** Absent where there is nothing to confirm. */
  readonly confirmationUrl?: ConfirmationUrl;
  readonly cancellationUrl?: CancellationUrl;
  readonly padesUrl?: PadesUrl;
  /** There while the documents can be deleted. */
  readonly deleteDocumentsUrl?: DeleteDocumentsUrl;
  /** Portal flow: the change as its queue gave it. */
  readonly portalChange?: PortalStatusChange;
}

/** What {@link numberSignatures} is told of a message. */
export interface SignaturesToNumber<Signature> {
  readonly signatures: readonly Signature[];
  /** What the message says of each signer of the request, in its order. */
  readonly asked: readonly (Signature | undefined)[];
}

/**
 * Gives every signature its signer's number; the service names signers in an order of its own. Whom nobody recognises
 * comes after those that were asked: that must not lose the signature.
 */
export function numberSignatures<Signature extends Omit<NumberedSignature, 'signer'>>({
  signatures,
  asked,
}: SignaturesToNumber<Signature>): Pick<JobChange, 'signatures' | 'namesOurSigners'> {
  const others = signatures.filter((signature) => !asked.includes(signature));
  const numbered = [...asked, ...others].flatMap((signature, index) => {
    if (signature === undefined) return [];
    const { status, since, xadesUrl } = signature;
    return [{ signer: index + 1, status, since, ...(xadesUrl !== undefined && { xadesUrl }) }];
  });
  return { signatures: numbered, namesOurSigners: others.length === 0 && !asked.includes(undefined) };
}
