// Checks whether documents can be signed. Uses no cryptography, so that clients can check before they store.
export {
  inspectDocuments,
  type DocumentFacts,
  type DocumentInspection,
  type DocumentToInspect,
} from './inspect-documents.js';
export type { PdfFacts } from './read-pdf.js';
