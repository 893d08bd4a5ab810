import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  sandboxAdmin,
  startSandboxProcess,
  withoutSettings,
  type SandboxProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import type { ConfirmationUrl, SignerUrl, StatusUrl } from '@signering/schema';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { createSigningApi, type SigningApi } from '@signering/signing-api';
import { freshFolder } from '../../fixtures/index.js';

const Ledger = z.object({
  calls: z.array(z.looseObject({ receivedAt: z.string(), operation: z.string().optional() })),
});

describe('calls that a person waits for', () => {
  let sandbox: SandboxProcess;
  let api: SigningApi;
  before(async () => {
    sandbox = await startSandboxProcess({
      folder: freshFolder('interactive'),
      stateFolder: freshFolder('sandbox'),
      env: withoutSettings(process.env),
      emptyQueueWait: '1s',
    });
    const { announcement } = sandbox;
    api = createSigningApi({
      ...announcement,
      certificate: await loadEnterpriseCertificate(announcement.certificate),
      trustedCertificates: [readFileSync(announcement.trustedCertificates, 'utf8')],
      // All of them must be waiting at once.
      rateLimit: { maxWaitMs: 20_000 },
    });
  });
  after(async () => {
    await api.close();
    await sandbox.stop(10_000);
  });

  it('reach the service before those in bulk that were waiting already', async () => {
    const { apiUrl, adminUrl, organizationNumber } = sandbox.announcement;
    const job = `${apiUrl}/${organizationNumber}/direct/signature-jobs/1`;
    // A connection for each of the calls to come: none of them may still be opening one.
    await Promise.all(Array.from({ length: 12 }, async () => api.probe({ organizationNumber })));
    const admin = sandboxAdmin(adminUrl);
    const before = Ledger.parse(await admin.call('GET', '/ledger')).calls.length;

    // None of these jobs exists: the order is looked at, not the answers.
    await Promise.allSettled([
      ...Array.from({ length: 8 }, async () =>
        api.portal.confirmStatusChange(`${job}/complete` as ConfirmationUrl),
      ),
      api.direct.requestRedirectUrl(`${job}/signers/1` as SignerUrl),
      api.direct.fetchStatus({ statusUrl: `${job}/status` as StatusUrl, statusQueryToken: 'token' }),
      api.probe({ organizationNumber }),
    ]);
    const order = Ledger.parse(await admin.call('GET', '/ledger'))
      .calls.slice(before)
      .sort((one, other) => Date.parse(one.receivedAt) - Date.parse(other.receivedAt))
      .map(({ operation }) => operation);
    assert.equal(order.length, 11);
    const interactive = order.filter((operation) => operation !== 'confirm');
    assert.deepEqual(interactive, ['requestRedirectUrl', 'fetchStatus', 'probe']);
    // The first in bulk had its turn before they came; another one may have, if a connection had to be made again.
    assert.ok(order.indexOf('probe') <= 4, order.join(' '));
  });
});
