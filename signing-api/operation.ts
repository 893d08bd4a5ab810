/** The calls of the service; `facts.operation` of every error holds one of these words. */
export type ApiOperation =
  | 'probe'
  | 'create'
  | 'redirectUrl'
  | 'fetchStatus'
  | 'fetchStatusChange'
  | 'confirm'
  | 'cancel'
  | 'deleteDocuments'
  | 'pades'
  | 'xades'
  | 'longTermPades';

const IN_WORDS: Readonly<Record<ApiOperation, string>> = {
  probe: 'checking certificate and authorisation at the service',
  create: 'creating the signature job',
  redirectUrl: 'asking for a fresh redirect URL',
  fetchStatus: 'asking for the status of the signature job',
  fetchStatusChange: 'fetching a status change',
  confirm: 'confirming the status change',
  cancel: 'cancelling the signature job',
  deleteDocuments: 'deleting the documents',
  pades: 'fetching the PAdES',
  xades: 'fetching the XAdES',
  longTermPades: 'fetching the PAdES from long-term storage',
};

/** The operation as the beginning of a message, without a capital letter. */
export function inWords(operation: ApiOperation): string {
  return IN_WORDS[operation];
}

/** True if the answer is a signed document, which may be large. */
export function isDownload(operation: ApiOperation): boolean {
  return operation === 'pades' || operation === 'xades' || operation === 'longTermPades';
}
