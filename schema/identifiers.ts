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
