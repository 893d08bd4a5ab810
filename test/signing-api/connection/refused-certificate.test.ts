import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { createSigningApi } from '@signering/signing-api';
import { requireJudge } from '../../judges.js';
import { newPortalJob } from '../new-portal-job.js';
import { enterpriseCertificate, SENDER_ORGANIZATION, testCertificates } from '../test-certificates.js';
import { listen, portOf, startTestService } from '../test-service.js';

/** TLS alert descriptions. Spec: RFC 5246, 7.2. */
const ALERTS = {
  handshake_failure: 40,
  bad_certificate: 42,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  unknown_ca: 48,
  access_denied: 49,
};

async function apiAt(port: number) {
  const { sender, trusted } = await testCertificates();
  return createSigningApi({
    apiUrl: `https://127.0.0.1:${port}/api`,
    certificate: sender,
    trustedCertificates: trusted,
    rateLimit: { callsPerSecond: 1000 },
  });
}

describe('a certificate that expires within seconds', () => {
  it('is not used: each call waits for the renewed one, and no job is created', async () => {
    const { authority, sender, trusted } = await testCertificates();
    const expiring = await authority.issueEnterpriseCertificate({
      organizationNumber: SENDER_ORGANIZATION,
      name: 'Avsender AS',
      notAfter: new Date(Date.now() + 4_000),
    });
    let requests = 0;
    const service = await startTestService({
      api: {
        certificate: enterpriseCertificate(expiring, SENDER_ORGANIZATION),
        trustedCertificates: trusted,
      },
    });
    service.answer = (response) => {
      requests += 1;
      response.end();
    };
    try {
      const { api } = service;
      const refused = { code: 'CERTIFICATE_EXPIRED', retryable: true };
      await assert.rejects(api.portal.createSignatureJob(newPortalJob()), refused);
      await assert.rejects(api.probe({ organizationNumber: SENDER_ORGANIZATION }), refused);
      assert.equal(requests, 0);
      api.renewCertificates({ certificate: sender, trustedCertificates: trusted });
      await api.probe({ organizationNumber: SENDER_ORGANIZATION });
      assert.equal(requests, 1);
    } finally {
      await service.stop();
    }
  });
});

describe('a server that refuses our certificate', () => {
  it('by an alert in the handshake has not been given a job', async () => {
    let alert = 0;
    const server = createServer((socket) => {
      // A fatal alert in a TLS record, for any client hello.
      socket.once('data', () => socket.end(Buffer.of(0x15, 3, 3, 0, 2, 2, alert)));
    });
    const stop = await listen(server);
    const api = await apiAt(portOf(server));
    try {
      for (alert of Object.values(ALERTS)) {
        const refused = { code: 'CLIENT_CERTIFICATE_REFUSED', retryable: false };
        await assert.rejects(api.probe({ organizationNumber: SENDER_ORGANIZATION }), refused);
        await assert.rejects(api.portal.createSignatureJob(newPortalJob()), refused);
      }
    } finally {
      await api.close();
      await stop();
    }
  });

  for (const version of ['tls1_2', 'tls1_3']) {
    it(`as OpenSSL does in ${version} is distinguished from a server that is down`, async function () {
      requireJudge(this, 'openssl');
      const { service } = await testCertificates();
      const folder = await mkdtemp(join(tmpdir(), 'signering-tls-'));
      const write = async (name: string, content: string) => {
        await writeFile(join(folder, name), content);
        return join(folder, name);
      };
      const stranger = await createCertificateAuthority();
      const args = [
        ...['-key', await write('key.pem', service.privateKeyPem)],
        ...['-cert', await write('cert.pem', service.chainPem)],
        ...['-cert_chain', await write('chain.pem', service.chainPem)],
        ...['-CAfile', await write('ca.pem', stranger.rootPem)],
      ];
      const server = spawn('openssl', [
        's_server',
        '-accept',
        '127.0.0.1:0',
        `-${version}`,
        '-Verify',
        '1',
        '-verify_return_error',
        ...args,
      ]);
      try {
        const port = await new Promise<number>((resolve, reject) => {
          let output = '';
          server.once('exit', () => reject(new Error(`openssl ended: ${output}`)));
          for (const stream of [server.stdout, server.stderr]) {
            stream.on('data', (text: Buffer) => {
              output += text.toString();
              const found = /ACCEPT \S+:(\d+)/u.exec(output)?.[1];
              if (found !== undefined) resolve(Number(found));
            });
          }
        });
        const api = await apiAt(port);
        const refused = { code: 'CLIENT_CERTIFICATE_REFUSED' };
        await assert.rejects(api.probe({ organizationNumber: SENDER_ORGANIZATION }), refused);
        await assert.rejects(api.portal.createSignatureJob(newPortalJob()), refused);
        await api.close();
      } finally {
        server.kill();
        await rm(folder, { recursive: true });
      }
    });
  }
});
