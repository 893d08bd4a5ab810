// What a document must be to be sent for signing. Uses no cryptography, so that clients can look before they store.
export {
  inspectDocuments,
  type DocumentFacts,
  type DocumentInspection,
  type DocumentToInspect,
} from './inspect-documents.js';
export type { PdfFacts } from './read-pdf.js';
