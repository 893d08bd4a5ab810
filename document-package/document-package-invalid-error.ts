import { sentence, SigningError } from '@signering/schema';

/**
 * DOCUMENT_PACKAGE_INVALID: a document package is not a ZIP file, has forbidden or missing entries, or its signature
 * does not cover it. Does not concern the manifest's content or the trust in the signing certificate.
 */
export class DocumentPackageInvalidError extends SigningError {
  constructor(reason: string, options: { readonly cause?: unknown } = {}) {
    const message = `${sentence(`The document package is invalid: ${reason}`)} Create a new package and send that.`;
    super('DOCUMENT_PACKAGE_INVALID', message, options);
  }
}
