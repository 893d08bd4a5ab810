import assert from 'node:assert/strict';
import { resultLines } from '@signering/cli/internal/terminal/result-view.js';
import { startedLines } from '@signering/cli/internal/terminal/started-view.js';
import type { ArchivedDocument } from '@signering/contract';

describe('a word of a later version on a terminal', () => {
  it('is shown as it was written, where a repeated order has ended', () => {
    const started = { reference: 'lease', workflowId: 'signing', existing: true, documents: [] };
    const lines = startedLines({ ...started, outcome: 'UNKNOWN', outcomeText: 'WITHDRAWN' });
    assert.ok(lines.includes('It has ended: WITHDRAWN.'), lines.join('\n'));
  });

  it('is shown as it was written, where a document was checked', () => {
    const check: ArchivedDocument['check'] = {
      result: 'UNKNOWN',
      resultText: 'QUALIFIED',
      findings: [],
      proved: { documents: [], signer: false, job: false },
      signatures: [],
    };
    const lines = resultLines({
      storageFolder: '/storage',
      result: {
        flow: 'PORTAL',
        organizationNumber: '910000007',
        reference: 'lease',
        signatureJobId: '42',
        outcome: 'SIGNED',
        signers: [],
        steps: [],
        startedAt: '2026-12-01T08:00:00.000Z',
        endedAt: '2026-12-02T08:00:00.000Z',
        archive: {
          folder: 'folder',
          archivedAt: '2026-12-02T08:00:00.000Z',
          documents: [{ name: 'signed.pdf', sha256: 'ab', size: 1, check }],
        },
      },
    });
    assert.ok(lines.includes('  ! signed.pdf: QUALIFIED'), lines.join('\n'));
  });
});
