import type { PdfFacts } from '@signering/document-package/inspection';
import type { OrderRuleOptions, Problem } from '@signering/schema';
import type { PortalJobRequest } from './portal-job-request.js';
import { PORTAL_REQUEST_SHAPE } from './portal-request-shape.js';
import { problemsOfPortalRules } from './portal-signer-rules.js';
import { examineRequest } from './prepare-request.js';

/** A request, or the parts of it that are known so far. */
export type PortalJobRequestDraft = {
  readonly [Part in keyof PortalJobRequest]?: PortalJobRequest[Part] | undefined;
};

/** What a request is found to be before it is sent. */
export interface RequestCheck {
  /** Every mistake with its path, such as `signers[0].emailAddress`. Empty: the request can be sent. */
  readonly problems: readonly Problem[];
  /** The documents that could be read, in the order of the request. */
  readonly documents: readonly CheckedDocument[];
}

/** A document of a checked request. */
export interface CheckedDocument {
  /** The file name under which the service gets it. */
  readonly name: string;
  /** The title that signers see. */
  readonly title: string;
  /** PDF version, PDF/A claim and deviations from the standard. Absent for other types. */
  readonly pdf?: PdfFacts;
}

/** As `SigningClient.checkPortalJob`. */
export async function checkPortalRequest(
  request: PortalJobRequestDraft,
  { signal, ...options }: OrderRuleOptions & { readonly signal: AbortSignal | undefined },
): Promise<RequestCheck> {
  const { problems, notAccepted, documents } = await examineRequest(request, {
    shape: PORTAL_REQUEST_SHAPE,
    rules: [(outline) => problemsOfPortalRules(outline, options)],
    signal,
  });
  return {
    problems: [...problems, ...notAccepted],
    documents: documents.map(({ name, title, pdf }) => ({ name, title, ...(pdf !== undefined && { pdf }) })),
  };
}
