/** The operations of the API, by the names that holds and the ledger use. */
export const OPERATIONS = [
  'probe',
  'create',
  'requestRedirectUrl',
  'fetchStatus',
  'fetchStatusChange',
  'confirm',
  'cancel',
  'deleteDocuments',
  'pades',
  'xades',
  'longTermPades',
  'signInDevelopment',
] as const;

export type Operation = (typeof OPERATIONS)[number];
