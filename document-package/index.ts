// ASiC-E: documents and manifest, signed, in a ZIP; written for the service, and read back as the service reads them.
// What a document must be to be sent has a door of its own, document-package/inspection, without any cryptography.
export { DocumentPackageInvalidError } from './document-package-invalid-error.js';
export { fileNamed } from './entry-reference.js';
export { isPackageEntryName, packageEntryNames, problemsOfEntryNames } from './package-entry-name.js';
export {
  readDocumentPackage,
  type DocumentPackage,
  type ReadDocumentPackageOptions,
} from './read-document-package.js';
export {
  sealDocumentPackage,
  type PackagedDocument,
  type SealDocumentPackageOptions,
} from './seal-document-package.js';
