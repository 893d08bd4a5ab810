import assert from 'node:assert/strict';
import { emailTextOf } from '@signering/activities/internal/email-texts.js';
import type { BatchEndedEmail, JobEmail } from '@signering/contract';

describe('the text of an email', () => {
  it('is written in the language of the person', () => {
    const rows = { signed: 3, rejected: 1, expired: 2, cancelled: 0, failed: 0 };
    const emails: readonly (JobEmail | BatchEndedEmail)[] = [
      { kind: 'SIGNED', signer: 1, signed: 1, signers: 2 },
      { kind: 'REJECTED', signer: 2, signed: 1, signers: 2 },
      { kind: 'ENDED', outcome: 'EXPIRED', signed: 0, signers: 1 },
      { kind: 'DEADLINE', deadline: '2026-12-01T11:00:00.000Z', signed: 0, signers: 1 },
      { kind: 'STORAGE_ENDS', serviceKeepsUntil: '2026-12-01T11:00:00.000Z' },
      { kind: 'BATCH_ENDED', opened: 1, ...rows },
    ];
    const subjects = (['nb', 'nn', 'en'] as const).map((language) =>
      emails.map(
        (email) =>
          emailTextOf(email, { reference: 'r', recipient: { emailAddress: 'a@example.com', language } })
            .subject,
      ),
    );
    assert.deepEqual(subjects, [
      [
        'Undertegner 1 har signert: r',
        'Undertegner 2 har avvist å signere: r',
        'Fristen gikk ut før alle hadde signert: r',
        'Fristen går snart ut: r',
        'Posten signering sletter snart dokumentene: r',
        'Masseutsendingen er ferdig: r',
      ],
      [
        'Underteiknar 1 har signert: r',
        'Underteiknar 2 har avvist å signere: r',
        'Fristen gjekk ut før alle hadde signert: r',
        'Fristen går snart ut: r',
        'Posten signering slettar snart dokumenta: r',
        'Masseutsendinga er ferdig: r',
      ],
      [
        'Signer 1 has signed: r',
        'Signer 2 has rejected the job: r',
        'The time ran out before all had signed: r',
        'The deadline is near: r',
        'Posten signering deletes the documents soon: r',
        'The batch has ended: r',
      ],
    ]);
    const { body } = emailTextOf(emails[3]!, {
      reference: 'r',
      recipient: { emailAddress: 'a@example.com' },
    });
    assert.match(body, /Fristen for å signere er 1\. desember 2026/u);
    assert.match(body, /12:00/u);
  });
});
