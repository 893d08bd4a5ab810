// Answers of a portal job as today's workers give them, with members and words of a later version added.
import type { CancelAnswer } from '@signering/contract';

const SIGNER = {
  signer: 1,
  maskedIdentifier: '14*********',
  order: 1,
  status: 'PAUSED',
  since: '2026-03-01T10:00:00.000Z',
  laterMember: { nested: true },
};
const PARTS = {
  version: 1,
  flow: 'VIDEO',
  organizationNumber: '910000007',
  signatureJobId: '5997761',
  signers: [SIGNER],
  steps: [
    { step: 'CREATE', startedAt: '2026-03-01T09:00:00.000Z', endedAt: '2026-03-01T09:00:01.000Z' },
    { step: 'NOTARIZE', startedAt: '2026-03-01T09:00:01.000Z' },
  ],
  ambiguousCreate: {
    attempts: [{ attempt: 1, startedAt: '2026-03-01T09:00:00.000Z', reason: 'No answer.' }],
    duplicates: [{ signatureJobId: '5997762', status: 'FROZEN', signatures: 0, withdrawn: 'SOON' }],
  },
  laterMember: 'of the whole',
};

/** The answer of the query `describe`. */
export const LATER_DESCRIPTION = {
  ...PARTS,
  state: 'WAITING_FOR_NOTARY',
  deadline: '2026-03-31T09:00:01.000Z',
  waitingFor: [1],
};

/** The result of the workflow. */
export const LATER_RESULT = {
  ...PARTS,
  outcome: 'WITHDRAWN',
  archive: {
    folder: '910000007/2026-03/5997761-later',
    documents: [
      {
        name: 'signed.pdf',
        sha256: '0'.repeat(64),
        size: 1,
        check: {
          result: 'INTACT_WITH_REMARKS',
          findings: [{ rule: 'later-rule', severity: 'REMARK', reason: 'Only later versions check this.' }],
          proved: {
            documents: [{ name: 'document-1', digestOfSentDocument: true }],
            signer: true,
            job: true,
          },
          signatures: [{ deciding: true, form: 'JADES', result: 'PARTLY_INTACT' }],
        },
      },
    ],
    laterMember: 1,
  },
};

/** The answer of the update `cancel`. */
export const LATER_CANCEL_ANSWER = { result: 'POSTPONED' } as unknown as CancelAnswer;
