// ASiC-E: documents and manifest, signed, in a ZIP. Writes packages for the service and reads them as the service
// does. Document checks without cryptography are in document-package/inspection.
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
