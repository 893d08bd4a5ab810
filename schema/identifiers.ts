declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The service's id of a signature job: a decimal `xs:long`, kept as text. Spec: common.xsd, signature-job-id. */
export type SignatureJobId = Branded<'SignatureJobId'>;
/** Where a status change is confirmed. Given by the service; never assembled here. Spec: portal.xsd, confirmation-url. */
export type ConfirmationUrl = Branded<'ConfirmationUrl'>;
/** Where a job is cancelled. Given by the service; never assembled here. Spec: portal.xsd, cancellation-url. */
export type CancellationUrl = Branded<'CancellationUrl'>;
/** Where a completed job's documents are deleted. Spec: portal.xsd, delete-documents-url. */
export type DeleteDocumentsUrl = Branded<'DeleteDocumentsUrl'>;
/** Where the PAdES of a job is fetched. Spec: portal.xsd, pades-url. */
export type PadesUrl = Branded<'PadesUrl'>;
/** Where the XAdES of one signer is fetched. Spec: portal.xsd, xades-url. */
export type XadesUrl = Branded<'XadesUrl'>;
/** Where the status of a direct job is asked for, with the token that the exit URL brought. Spec: direct.xsd, status-url. */
export type StatusUrl = Branded<'StatusUrl'>;
/**
 * Where the sender manages one signer of a direct job, such as asking for a fresh redirect URL. Never for a browser.
 * Spec: common.xsd, accessible-by-url.
 */
export type SignerUrl = Branded<'SignerUrl'>;
/** Where the signer's browser is sent to sign; good for one visit. Spec: direct.xsd, redirect-url. */
export type RedirectUrl = Branded<'RedirectUrl'>;
