const DOCUMENT = {
  sha256: 'f'.repeat(64),
  size: 1,
  name: 'a.pdf',
  mediaType: 'application/pdf',
  title: 'Agreement',
  titleFromFileName: true,
};
const IDENTITY = {
  version: 1,
  organizationNumber: '312345676',
  reference: 'agreement-2041',
  contentDigest: '0'.repeat(64),
  storageId: '01234567-89ab-cdef-0123-456789abcdef',
};
const JOB = {
  title: 'Agreement',
  description: 'For the flat',
  documents: [DOCUMENT],
  requiredAuthentication: 4,
  identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME',
  metadata: { caseNumber: '17' },
  pollingQueue: 'signering-workflows',
};
const SIGNER = { signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE', onBehalfOf: 'SELF' };
const PERSON = { personalIdentificationNumber: '14838500073' };
const EXIT_URL = 'https://sender.example/back';
const EXIT_URLS = { completionUrl: EXIT_URL, rejectionUrl: EXIT_URL, errorUrl: EXIT_URL };
const EMAILS_TO = {
  emailAddress: 'anne@sender.example',
  language: 'nb',
  link: 'https://portal.sender.example/jobs/1',
};
const { documents: _, ...TERMS } = JOB;
const REQUEST = {
  ...TERMS,
  reference: 'agreement-2041',
  documents: [{ file: 'a.pdf', mediaType: 'application/pdf', name: 'a.pdf', title: 'Agreement' }],
};

/** Valid values of every schema of an input, which together have every word and every object of it. */
export const INPUT_SAMPLES: Readonly<Record<string, readonly object[]>> = {
  'portal-signing-input': [
    {
      ...IDENTITY,
      emailsTo: EMAILS_TO,
      job: {
        ...JOB,
        nonsensitiveTitle: 'A document',
        availability: { activationTime: new Date().toISOString(), availableSeconds: 60 },
        signers: [
          { ...PERSON, ...SIGNER, order: 1, notifications: { emailAddress: 'kari@example.com' } },
          { ...SIGNER, personalIdentificationNumber: '01817010055', notificationsUsingLookup: { sms: true } },
        ],
      },
    },
  ],
  'direct-signing-input': [
    {
      ...IDENTITY,
      emailsTo: EMAILS_TO,
      job: {
        ...JOB,
        signers: [
          { identifier: PERSON, ...SIGNER },
          { identifier: { signerIdentifier: 'CUSTOMER-1' }, ...SIGNER },
        ],
        exitUrls: EXIT_URLS,
      },
    },
  ],
  'portal-job-request': [
    {
      flow: 'PORTAL',
      ...REQUEST,
      nonsensitiveTitle: 'A document',
      signers: [
        { ...PERSON, ...SIGNER, useContactRegister: 'EMAIL', order: 1 },
        { ...SIGNER, emailAddress: 'kari@example.com', mobileNumber: '+4799999999' },
      ],
      availableSeconds: 60,
      activationTime: new Date().toISOString(),
    },
  ],
  'direct-job-request': [
    {
      flow: 'DIRECT',
      ...REQUEST,
      signers: [
        { ...PERSON, ...SIGNER },
        { signerIdentifier: 'CUSTOMER-1', ...SIGNER },
      ],
      exitUrls: EXIT_URLS,
      statusRetrievalMethod: 'POLLING',
    },
  ],
  'cancel-input': [{ by: 'kari.nordmann', reason: 'withdrawn', bulk: true }],
  'redirect-urls-input': [{}],
  'fresh-redirect-url-input': [{ signer: 1 }, { signerIdentifier: 'CUSTOMER-1' }, PERSON],
  'signer-returned-input': [{ statusQueryToken: 'token', proved: true }],
};
