import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  readDirectSignerUpdateRequest,
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  readServiceError,
} from '@signering/schema/xml';

/** The reader of each message, by the message's name. */
export const MESSAGE_READERS = {
  'direct-signature-job-request': readDirectSignatureJobRequest,
  'direct-signature-job-manifest': readDirectSignatureJobManifest,
  'direct-signature-job-response': readDirectSignatureJobResponse,
  'direct-signature-job-status-response': readDirectSignatureJobStatus,
  'direct-signer-response': readDirectSignerResponse,
  'direct-signer-update-request': readDirectSignerUpdateRequest,
  'portal-signature-job-request': readPortalSignatureJobRequest,
  'portal-signature-job-manifest': readPortalSignatureJobManifest,
  'portal-signature-job-response': readPortalSignatureJobResponse,
  'portal-signature-job-status-change-response': readPortalStatusChange,
  error: readServiceError,
} as const;
