import type { IdentifierInSignedDocuments, SignatureType } from '@signering/schema';

/** A job on the command line, in either flow. */
export interface WrittenRequest {
  readonly files: readonly string[];
  readonly title: string;
  readonly signer: readonly string[];
  /** The direct flow: signers come from the sender's web site. */
  readonly direct?: boolean;
  readonly reference: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  /** One for each file, in order. */
  readonly documentTitle?: readonly string[];
  /** For signers without their own. */
  readonly signatureType?: SignatureType;
  readonly requiredAuthentication?: '3' | '4';
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  /** `key=value`, once for each member. */
  readonly metadata?: readonly string[];
  readonly queue?: string;
  readonly availableFor?: string;
  readonly activateAt?: string;
  /** Default of the three exit URLs. */
  readonly exitUrl?: string;
  readonly completionUrl?: string;
  readonly rejectionUrl?: string;
  readonly errorUrl?: string;
  readonly polling?: boolean;
}

/** The option of each member, as written. */
export const OPTION_OF: Readonly<Record<keyof WrittenRequest, string>> = {
  files: 'FILE',
  title: '--title',
  signer: '--signer',
  direct: '--direct',
  reference: '--reference',
  nonsensitiveTitle: '--nonsensitive-title',
  description: '--description',
  documentTitle: '--document-title',
  signatureType: '--signature-type',
  requiredAuthentication: '--required-authentication',
  identifierInSignedDocuments: '--identifier-in-signed-documents',
  metadata: '--metadata',
  queue: '--queue',
  availableFor: '--available-for',
  activateAt: '--activate-at',
  exitUrl: '--exit-url',
  completionUrl: '--completion-url',
  rejectionUrl: '--rejection-url',
  errorUrl: '--error-url',
  polling: '--polling',
};
