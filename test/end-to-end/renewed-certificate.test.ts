import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import type { SigningClient } from '@signering/client';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import { readZip } from '@signering/document-package/internal/read-zip.js';
import {
  restoreCertificateAuthority,
  type CertificateAuthorityState,
} from '@signering/sandbox/internal/certificates/index.js';
import { freshFolder, waitFor, type TestStack } from '../fixtures/index.js';
import { scrape } from '../worker/prometheus.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a certificate that is renewed under a running worker', () => {
  let stack: TestStack;
  let client: SigningClient;
  useSigningStack(
    (started) => {
      ({ stack, client } = started);
    },
    { withoutWorker: true },
  );

  /** Issues a certificate of the stack's sandbox as PEM with its key. */
  async function issue(organizationNumber: string, days: number) {
    const file = join(stack.folder, 'sandbox', 'certificates', 'identities.json');
    const { authority } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly authority: CertificateAuthorityState;
    };
    const issued = await restoreCertificateAuthority(authority).issueEnterpriseCertificate({
      organizationNumber,
      name: 'Avsender AS',
      notAfter: new Date(Date.now() + days * DAY_MS),
    });
    const { serialNumber } = new X509Certificate(issued.certificatePem);
    return { pem: issued.privateKeyPem + issued.chainPem, serialNumber };
  }

  it('is taken at SIGHUP and when its files are replaced, unless it cannot be used', async () => {
    const organization = stack.env['SIGNERING_ORGANIZATION']!;
    const certificates = freshFolder('certificates');
    const packages = freshFolder('packages');
    const metrics = `127.0.0.1:${await freePort()}`;
    let version = 0;
    /** Replaces the files as Kubernetes does with a mounted secret. */
    const mount = async (pem: string) => {
      const folder = `..${(version += 1)}`;
      await mkdir(join(certificates, folder));
      await writeFile(join(certificates, folder, 'tls.pem'), pem);
      await symlink(folder, join(certificates, '..data_tmp'));
      await rename(join(certificates, '..data_tmp'), join(certificates, '..data'));
    };
    const first = await issue(organization, 20);
    await mount(first.pem);
    await symlink(join('..data', 'tls.pem'), join(certificates, 'tls.pem'));
    const worker = await stack.startWorker({
      SIGNERING_CERTIFICATE: join(certificates, 'tls.pem'),
      SIGNERING_CERTIFICATE_PASSWORD: '',
      SIGNERING_DUMP_PACKAGES: packages,
      SIGNERING_METRICS_ADDRESS: metrics,
      SIGNERING_METRICS_SECONDS: '1',
    });
    const logs = (text: string, times = 1) =>
      waitFor(() => worker.logged().split(text).length > times, { what: text });
    const certificateOf = async (reference: string) => {
      const name = (await readdir(packages)).find((one) => one.includes(reference)) ?? '';
      const content = await readFile(join(packages, name));
      const entries = await readZip(content, { maxEntries: 10, maxBytes: 10 ** 7 });
      const signatures = entries.find(({ name: entry }) => entry.endsWith('signatures.xml'))?.content;
      const [, base64 = ''] =
        /X509Certificate>([^<]+)</u.exec(Buffer.from(signatures ?? []).toString('utf8')) ?? [];
      return new X509Certificate(Buffer.from(base64, 'base64')).serialNumber;
    };
    const start = async (reference: string) => {
      await client.startPortalJob(await portalJob(reference));
      return createdJobIdOf(client, reference);
    };

    const open = await start('before-renewal');
    assert.equal(await certificateOf('before-renewal'), first.serialNumber);

    await mount((await issue('910000007', 100)).pem);
    process.kill(worker.pid, 'SIGHUP');
    await logs('The new certificates cannot be used');
    assert.match(worker.logged(), /is issued to 910000007/u);
    await mount('no certificate');
    process.kill(worker.pid, 'SIGHUP');
    await logs('The new certificates cannot be used', 2);

    const second = await issue(organization, 200);
    await mount(second.pem);
    process.kill(worker.pid, 'SIGHUP');
    await logs('The certificates were renewed.');
    await start('after-signal');
    assert.equal(await certificateOf('after-signal'), second.serialNumber);

    const third = await issue(organization, 300);
    await mount(third.pem);
    await logs('The certificates were renewed.', 2);
    await start('after-replacement');
    assert.equal(await certificateOf('after-replacement'), third.serialNumber);
    await waitFor(
      async () => {
        const labels = { use: 'enterprise', name: organization };
        const days = (await scrape(metrics)).value('signering_certificate_valid_days', labels);
        return days !== undefined && days > 299;
      },
      { what: 'the metric of the renewed certificate' },
    );

    await stack.admin.act(open, 1, 'sign');
    assert.equal((await client.waitForResult('before-renewal')).outcome, 'SIGNED');
  });
});
