import type { IdentifierInSignedDocuments, SignatureType } from '@signering/schema';

/** What a command line says about a job, in either flow. */
export interface WrittenRequest {
  readonly files: readonly string[];
  readonly title: string;
  readonly signer: readonly string[];
  /** The direct flow: signers come from the sender's own web site. */
  readonly direct?: boolean;
  readonly reference?: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  /** Once for each file, in their order. */
  readonly documentTitle?: readonly string[];
  /** Of every signer that names none. */
  readonly signatureType?: SignatureType;
  readonly requiredAuthentication?: '3' | '4';
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  readonly queue?: string;
  readonly availableFor?: string;
  readonly activateAt?: string;
  /** Serves as each of the three that is not given. */
  readonly exitUrl?: string;
  readonly completionUrl?: string;
  readonly rejectionUrl?: string;
  readonly errorUrl?: string;
  readonly polling?: boolean;
}

/** The option that stands for each part, as people write it. */
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
  queue: '--queue',
  availableFor: '--available-for',
  activateAt: '--activate-at',
  exitUrl: '--exit-url',
  completionUrl: '--completion-url',
  rejectionUrl: '--rejection-url',
  errorUrl: '--error-url',
  polling: '--polling',
};
