/** The pattern of an organisation number: nine digits. */
export const NINE_DIGITS = /^[0-9]{9}$/u;

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The service's id of a signature job: a decimal `xs:long`, kept as text. Spec: common.xsd, signature-job-id. */
export type SignatureJobId = Branded<'SignatureJobId'>;
/** Where to confirm a status change. Given by the service; never assembled here. Spec: portal.xsd, confirmation-url. */
export type ConfirmationUrl = Branded<'ConfirmationUrl'>;
/** Where to cancel a job. Given by the service; never assembled here. Spec: portal.xsd, cancellation-url. */
export type CancellationUrl = Branded<'CancellationUrl'>;
/** Where to delete a completed job's documents. Spec: portal.xsd, delete-documents-url. */
export type DeleteDocumentsUrl = Branded<'DeleteDocumentsUrl'>;
/** Where to fetch the PAdES of a job. Spec: portal.xsd, pades-url. */
export type PadesUrl = Branded<'PadesUrl'>;
/** Where to fetch the XAdES of one signer. Spec: portal.xsd, xades-url. */
export type XadesUrl = Branded<'XadesUrl'>;
/** Where to fetch the status of a direct job, with the token from the exit URL. Spec: direct.xsd, status-url. */
export type StatusUrl = Branded<'StatusUrl'>;
/**
 * Where the sender manages one signer of a direct job, for example requests a fresh redirect URL. Never for a
 * browser. Spec: common.xsd, accessible-by-url.
 */
export type SignerUrl = Branded<'SignerUrl'>;
/** Where to send the signer's browser to sign; valid for one visit. Spec: direct.xsd, redirect-url. */
export type RedirectUrl = Branded<'RedirectUrl'>;
