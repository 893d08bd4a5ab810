// The messages of the signature API as types and predicates, without a parser: safe to use in workflows. Parsing,
// writing and validating XML is in schema/xml.
export { DAY_MS } from './day.js';
export {
  STATUS_RETRIEVAL_METHODS,
  type DirectSignatureJobRequest,
  type DirectSignatureJobResponse,
  type DirectSignerResponse,
  type DirectSignerUpdateRequest,
  type ExitUrls,
  type StatusRetrievalMethod,
} from './direct/job.js';
export {
  findDirectSignature,
  identityOfDirectStatus,
  type DirectSignature,
  type DirectSignatureJobStatus,
} from './direct/job-status.js';
export type { DirectSignatureJobManifest, DirectSigner } from './direct/manifest.js';
export {
  isSameDirectSigner,
  maskDirectSigner,
  nameOfDirectSigner,
  type DirectSignerIdentifier,
} from './direct/signer-identifier.js';
export {
  errorCodeOf,
  InvalidInputError,
  SigningError,
  type Problem,
  type LaterErrorCode,
  type SigningErrorFacts,
  type SigningErrorOptions,
  sentence,
  whyUnreadable,
} from './errors.js';
export { demandVersion, VersionNotSupportedError } from './format-version.js';
export {
  ERROR_CODES,
  isKnownErrorCode,
  ruleOfErrorCode,
  type ErrorCode,
  type KnownErrorCode,
} from './error-codes.js';
export {
  EVIDENCE_RULES,
  type EvidenceFinding,
  type EvidenceRule,
  type EvidenceRuleId,
  type EvidenceSeverity,
} from './evidence-rules.js';
export {
  NINE_DIGITS,
  type CancellationUrl,
  type ConfirmationUrl,
  type DeleteDocumentsUrl,
  type PadesUrl,
  type RedirectUrl,
  type SignatureJobId,
  type SignerUrl,
  type StatusUrl,
  type XadesUrl,
} from './identifiers.js';
export { maskElevenDigits, maskIdentityNumbers } from './identity-number-masking.js';
export { isFinalJobStatus, JOB_STATUSES, SIGNING_OUTCOMES, type JobStatus } from './job-status.js';
export {
  DOCUMENT_MEDIA_TYPES,
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  ON_BEHALF_OF,
  SIGNATURE_TYPES,
  type AuthenticationLevel,
  type DocumentMediaType,
  type IdentifierInSignedDocuments,
  type ManifestDocument,
  type OnBehalfOf,
  type SignatureType,
} from './manifest-values.js';
export {
  containsNationalIdentityNumber,
  isNationalIdentityNumber,
  maskNationalIdentityNumber,
} from './national-identity-number.js';
export type { PortalSignatureJobRequest, PortalSignatureJobResponse } from './portal/job.js';
export type {
  Availability,
  Notifications,
  PortalSignatureJobManifest,
  PortalSigner,
} from './portal/manifest.js';
export { maskPortalSigner } from './portal/mask-signer.js';
export { identifierOfPortalSigner } from './portal/signer-identifier.js';
export {
  identityOfStatusChange,
  isFinal,
  type PortalSignature,
  type PortalSignerIdentifier,
  type PortalStatusChange,
} from './portal/status-change.js';
export { PROBLEM_REASONS, type ProblemReason } from './problem-reason.js';
export { whatIsWrongWithReference } from './reference.js';
export { problemsOfDirectManifest, type RuledDirectManifest } from './rules/direct-rules.js';
export { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS } from './rules/document-list.js';
export { whatIsWrongWithEmailAddress } from './rules/email-address.js';
export { whatIsWrongWithExitUrl } from './rules/exit-url.js';
export {
  IDENTITY_NUMBER,
  IDENTITY_NUMBER_CHECKS,
  type IdentityNumberCheck,
} from './rules/identity-number.js';
export { MOBILE_NUMBER, whatIsWrongWithMobileNumber } from './rules/mobile-number.js';
export {
  AVAILABLE_SECONDS_MESSAGE,
  DEFAULT_AVAILABLE_SECONDS,
  MAX_AVAILABLE_SECONDS,
  problemsOfPortalManifest,
  type RuledPortalManifest,
} from './rules/portal-rules.js';
export {
  problemsOfDirectOrder,
  problemsOfPortalOrder,
  type OrderRuleOptions,
} from './rules/request-rules.js';
export { isRecord } from './rules/ruled-manifest.js';
export { SECTORS, type Sector } from './rules/sector-rules.js';
export {
  TEXT_RULES,
  whatIsWrongWithDocumentName,
  whatIsWrongWithText,
  type TextRule,
} from './rules/text-rules.js';
export type { ServiceError } from './service-error.js';
export {
  KNOWN_SIGNER_STATUSES,
  parseSignerStatus,
  type KnownSignerStatus,
  type SignerStatus,
} from './signer-status.js';
export { isLastWebhookType, WEBHOOK_RECEIVER_ID, WEBHOOK_TYPES, type WebhookType } from './webhook-type.js';
