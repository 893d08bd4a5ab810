import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  sandboxAdmin,
  startSandboxProcess,
  withoutSettings,
  type SandboxProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { loadEnterpriseCertificate } from '@signering/signatures';
import {
  buildPortalJob,
  createSigningApi,
  SigningError,
  type NewPortalJob,
  type SigningApi,
} from '@signering/signing-api';
import { freshFolder } from '../../fixtures/index.js';
import { startThrottledProxy, type ThrottledProxy } from '../throttled-proxy.js';

const Ledger = z.object({
  calls: z.array(
    z.looseObject({
      operation: z.string().optional(),
      answer: z.looseObject({ status: z.number() }).optional(),
    }),
  ),
});

const JOBS = 12;
const BYTES = 2_000_000;
/** One package takes two thirds of a second, all at once take eight seconds: the service accepts five. */
const BYTES_PER_SECOND = 3_000_000;

describe('a burst of large jobs over a slow link', () => {
  let sandbox: SandboxProcess;
  let proxy: ThrottledProxy;
  let api: SigningApi;
  before(async () => {
    [sandbox, proxy] = await Promise.all([
      startSandboxProcess({
        folder: freshFolder('burst'),
        stateFolder: freshFolder('sandbox'),
        env: withoutSettings(process.env),
        emptyQueueWait: '1s',
      }),
      startThrottledProxy(BYTES_PER_SECOND),
    ]);
    api = createSigningApi({
      ...sandbox.announcement,
      certificate: await loadEnterpriseCertificate(sandbox.announcement.certificate),
      trustedCertificates: [readFileSync(sandbox.announcement.trustedCertificates, 'utf8')],
      proxy: proxy.url,
    });
  });
  after(async () => {
    await api.close();
    await proxy.stop();
    await sandbox.stop(10_000);
  });

  function largeJob(number: number): NewPortalJob {
    return buildPortalJob({
      organizationNumber: sandbox.announcement.organizationNumber,
      reference: `burst-${number}`,
      title: 'Leieavtale',
      documents: [
        {
          title: 'Avtalen',
          mediaType: 'text/plain',
          content: Buffer.from(randomBytes(BYTES).toString('base64')),
        },
      ],
      signers: [
        { personalIdentificationNumber: '01815012345', notifications: { emailAddress: 'kari@example.com' } },
      ],
    });
  }

  it('creates every job once, and the service refuses few or none for the age of its signing time', async () => {
    const create = async (job: NewPortalJob): Promise<string> => {
      for (;;) {
        try {
          return (await api.portal.createSignatureJob(job)).signatureJobId;
        } catch (error) {
          // What a workflow does.
          if (!(error instanceof SigningError) || error.facts.retryAfterMs === undefined) throw error;
          await delay(error.facts.retryAfterMs);
        }
      }
    };
    const ids = await Promise.all(Array.from({ length: JOBS }, (_, index) => create(largeJob(index))));
    assert.equal(new Set(ids).size, JOBS);
    const ledger = Ledger.parse(
      await sandboxAdmin(sandbox.announcement.adminUrl).call('GET', '/ledger'),
    ).calls;
    const statuses = ledger.flatMap(({ operation, answer }) =>
      operation === 'create' ? [answer?.status] : [],
    );
    const refused = statuses.filter((status) => status !== 200);
    assert.equal(statuses.length - refused.length, JOBS);
    // A machine may be too slow for a few packages. If all packages went at once, nearly each would be refused.
    assert.ok(refused.length <= JOBS / 4, statuses.join(' '));
    assert.ok(
      refused.every((status) => status === 400),
      statuses.join(' '),
    );
  });
});
