import type { PortalJobRequest, RequestedPortalSigner } from '@signering/client';
import type { DraftContent, DraftSigner } from './draft-content.js';
import { momentOfLocalTime } from './portal-time.js';

/** A document of a draft with its bytes. */
export interface DraftDocumentContent {
  readonly title: string;
  readonly content: Uint8Array;
}

const SECONDS_OF_A_DAY = 24 * 60 * 60;

/** The request to the client: the same draft gives the same request, so that a repeated send gives the same job. */
export function jobRequestOf(
  reference: string,
  draft: DraftContent,
  documents: readonly DraftDocumentContent[],
): PortalJobRequest {
  const activationTime = momentOfLocalTime(draft.sendAt)?.toISOString();
  const days = draft.availableDays.trim();
  return {
    reference,
    title: draft.title.trim(),
    ...optional('nonsensitiveTitle', draft.notificationText),
    ...optional('description', draft.message),
    // The name of the person's file stays here: it may hold personal data.
    documents: documents.map(({ title, content }, index) => ({
      name: `document-${index + 1}.pdf`,
      title,
      content,
    })),
    signers: draft.signers.map((signer, index) => signerOf(draft, signer, index)),
    availableSeconds: /^\d{1,3}$/u.test(days) ? Number(days) * SECONDS_OF_A_DAY : NaN,
    ...(activationTime !== undefined && { activationTime }),
    identifierInSignedDocuments:
      draft.identifiedBy === 'NUMBER' ? 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' : 'DATE_OF_BIRTH_AND_NAME',
  };
}

/** Blanks that people write into numbers are left out. The client checks the rest. */
function signerOf(draft: DraftContent, signer: DraftSigner, index: number): RequestedPortalSigner {
  const withNumber = draft.identifiedBy !== 'CONTACT_INFORMATION';
  return {
    ...(withNumber && { personalIdentificationNumber: compact(signer.number) }),
    ...optional('emailAddress', signer.emailAddress),
    ...optional('mobileNumber', compact(signer.mobileNumber)),
    ...(draft.inOrder && { order: index }),
    ...(signer.onBehalfOf === 'OTHER' && { onBehalfOf: 'OTHER' as const }),
  } as RequestedPortalSigner;
}

function compact(text: string): string {
  return text.replaceAll(/[\s-]/gu, '');
}

function optional<Name extends string>(name: Name, text: string): { readonly [N in Name]?: string } {
  const trimmed = text.trim();
  return (trimmed === '' ? {} : { [name]: trimmed }) as { readonly [N in Name]?: string };
}
