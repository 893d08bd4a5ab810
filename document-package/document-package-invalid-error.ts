import { sentence, SigningError } from '@signering/schema';

/**
 * A document package cannot be taken: it is no ZIP, holds what it must not or lacks what it must hold, or its
 * signature does not cover it. It does not cover the manifest's content, nor whether the signer is trusted.
 */
export class DocumentPackageInvalidError extends SigningError {
  constructor(reason: string, options: { readonly cause?: unknown } = {}) {
    const message = `${sentence(`The document package is refused: ${reason}`)} Write it anew and send that.`;
    super('DOCUMENT_PACKAGE_INVALID', message, false, options);
  }
}
