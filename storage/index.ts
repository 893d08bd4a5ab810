// Documents in, signed documents out, and the reference ledger.
export type { DocumentStore } from './document-store.js';
export type { Receipt } from './receipt.js';
export type {
  LedgerEntry,
  LedgerKey,
  LedgerProgress,
  ReferenceLedger,
  SendingAttempt,
} from './reference-ledger.js';
export type {
  ArchivedFile,
  ArchivedJob,
  PutOptions,
  SignedDocumentArchive,
} from './signed-document-archive.js';
