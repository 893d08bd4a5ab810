import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { portalJob } from '../end-to-end/portal-jobs.js';
import {
  SENDER_ORGANIZATION,
  SERVICE_ORGANIZATION,
  testCertificates,
} from '../signing-api/test-certificates.js';
import { proxyUrl, startTestProxy, type TestProxy } from '../signing-api/test-proxy.js';
import { startTestService, type TestService } from '../signing-api/test-service.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';

const PASSWORD = 'only-in-this-test';

describe('a worker', () => {
  let stack: TestStack;
  let service: TestService;
  let proxy: TestProxy;
  before(async () => {
    [stack, service, proxy] = await Promise.all([startTestStack(), startTestService(), startTestProxy()]);
  });
  after(async () => {
    await Promise.all([stack.stop(), service.stop()]);
    await proxy.stop();
  });

  it('goes through its proxy, says who it is and copies document packages, as its settings say, and warns of calls that stay unused', async () => {
    const { authority } = await testCertificates();
    const sender = await authority.issueEnterpriseCertificate({
      organizationNumber: SENDER_ORGANIZATION,
      name: 'Avsender AS',
    });
    const certificate = join(stack.folder, 'sender.p12');
    const trusted = join(stack.folder, 'trusted.pem');
    const dump = join(stack.folder, 'packages');
    await writeFile(certificate, sender.pkcs12({ password: PASSWORD }));
    await writeFile(trusted, authority.rootPem);
    const settings = {
      SIGNERING_ORGANIZATION: SENDER_ORGANIZATION,
      SIGNERING_CERTIFICATE: certificate,
      SIGNERING_CERTIFICATE_PASSWORD: PASSWORD,
      SIGNERING_API_URL: service.root,
      SIGNERING_SERVER_ORGANIZATION: SERVICE_ORGANIZATION,
      SIGNERING_TRUSTED_CERTIFICATES: trusted,
      SIGNERING_PROXY: proxyUrl({ port: proxy.port }),
      SIGNERING_USER_AGENT: 'Archive/2.1',
      SIGNERING_DUMP_PACKAGES: dump,
      SIGNERING_API_PROCESSES: '3',
    };
    service.answer = (response, { method }) =>
      method === 'POST' ? response.writeHead(400).end() : response.writeHead(204).end();
    const worker = await stack.startWorker(settings);
    const client = await SigningClient.connect({ env: { ...stack.env, ...settings } });
    try {
      await client.startPortalJob(await portalJob('case-7'));
      const create = await waitFor(() => service.requests.find(({ method }) => method === 'POST'), {
        what: 'the job is sent',
      });
      assert.match(create.headers['user-agent'] ?? '', /^signering-workflows\/.* Archive\/2\.1$/u);
      assert.deepEqual([...new Set(proxy.targets)], [new URL(service.root).host]);
      assert.match(worker.logged(), /"SIGNERING_API_PROCESSES":3,"countedAs":5/u);
      const [copy = ''] = await readdir(dump);
      assert.match(copy, /-123456789-case-7-[0-9a-f]{8}\.asice$/u);
      const { size, mode } = await stat(join(dump, copy));
      assert.equal(mode & 0o077, 0);
      assert.ok(size > 1000 && create.body.length > size);
    } finally {
      await client.close();
    }
  });
});
