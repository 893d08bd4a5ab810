import assert from 'node:assert/strict';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { enterpriseSubject } from '@signering/sandbox/internal/certificates/distinguished-names.js';
import {
  createCertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import { issueCertificate } from '@signering/sandbox/internal/certificates/issue-certificate.js';
import { createSigningApi } from '@signering/signing-api';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION, SERVICE_ORGANIZATION, testCertificates } from '../test-certificates.js';
import { listen, portOf, startTestService } from '../test-service.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const POSTEN = { organizationNumber: SERVICE_ORGANIZATION, name: 'Posten Bring AS' };

type ServerCertificate = Pick<IssuedCertificate, 'privateKeyPem' | 'chainPem'>;

/** Calls a server with that certificate; the server counts what arrives after the handshake. */
async function call(
  certificate: ServerCertificate,
  tls: TlsOptions = {},
): Promise<{ errors: unknown[]; applicationBytes: number; handshakes: number }> {
  const { sender, trusted } = await testCertificates();
  let applicationBytes = 0;
  let handshakes = 0;
  const server = createServer({
    ...tls,
    key: certificate.privateKeyPem,
    cert: certificate.chainPem,
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    handshakes += 1;
    socket.on('data', (bytes: Buffer) => (applicationBytes += bytes.length));
    socket.on('error', () => undefined);
  });
  const stop = await listen(server);
  const api = createSigningApi({
    apiUrl: `https://127.0.0.1:${portOf(server)}/api`,
    certificate: sender,
    trustedCertificates: trusted,
    rateLimit: { callsPerSecond: 1000 },
  });
  try {
    const calls = [
      api.probe({ organizationNumber: SENDER_ORGANIZATION }),
      api.portal.createSignatureJob(newPortalJob()),
      api.portal.fetchStatusChange({ organizationNumber: SENDER_ORGANIZATION }),
    ];
    const results = await Promise.allSettled(calls);
    return {
      errors: results.map((result): unknown => (result.status === 'rejected' ? result.reason : undefined)),
      applicationBytes,
      handshakes,
    };
  } finally {
    await api.close();
    await stop();
  }
}

describe('the check of the server', () => {
  const issue = async (order: Partial<typeof POSTEN> & { notBefore?: Date; notAfter?: Date }) => {
    const { authority } = await testCertificates();
    return authority.issueEnterpriseCertificate({ ...POSTEN, ...order });
  };

  const UNTRUSTED: Readonly<Record<string, () => Promise<ServerCertificate>>> = {
    'of another organisation': () => issue({ organizationNumber: '987654321' }),
    'with the organisation number only within a longer one': () =>
      issue({ organizationNumber: `1${SERVICE_ORGANIZATION}` }),
    'with the organisation number only within its name': () =>
      issue({ organizationNumber: 'X', name: `Ikke ${SERVICE_ORGANIZATION} AS` }),
    'with another organisation number before the expected one': () =>
      issue({ organizationNumber: '987654321', name: `${SERVICE_ORGANIZATION} AS` }),
    'without an organisation number': () => issue({ organizationNumber: '', name: 'Posten Bring AS' }),
    'that has expired': () =>
      issue({ notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) }),
    'that is not valid yet': () => issue({ notBefore: new Date(Date.now() + DAY_MS) }),
    'of an unknown authority': async () =>
      (await createCertificateAuthority()).issueEnterpriseCertificate(POSTEN),
    'that it has issued itself': async () => {
      const now = Date.now();
      const own = await issueCertificate({
        subject: enterpriseSubject({ ...POSTEN, style: 'SEID2' }),
        notBefore: new Date(now - DAY_MS),
        notAfter: new Date(now + DAY_MS),
        extensions: [{ name: 'extKeyUsage', serverAuth: true }],
      });
      return { privateKeyPem: own.privateKeyPem, chainPem: own.certificatePem };
    },
    'whose chain is not shown': async () => {
      const { privateKeyPem, certificatePem } = await issue({});
      return { privateKeyPem, chainPem: certificatePem };
    },
  };
  for (const [what, certificate] of Object.entries(UNTRUSTED)) {
    it(`refuses a server with a certificate ${what}, and sends it not one byte`, async () => {
      const { errors, applicationBytes } = await call(await certificate());
      for (const error of errors) {
        assert.ok(error instanceof Error);
        assert.equal('code' in error && error.code, 'SERVER_NOT_TRUSTED', error.stack);
        assert.equal('retryable' in error && error.retryable, false);
      }
      assert.equal(errors.length, 3);
      assert.equal(applicationBytes, 0);
    });
  }

  for (const [what, why] of [
    ['of another organisation', /issued to 987654321, not to organisation 984661185/u],
    ['without an organisation number', /issued to no organisation, not to/u],
    ['that has expired', /has expired/u],
    ['that is not valid yet', /not valid yet, unless this machine's clock is wrong/u],
    ['of an unknown authority', /leads to no trusted authority/u],
    ['that it has issued itself', /issued its certificate itself/u],
  ] as const) {
    it(`says what is wrong with a certificate ${what}`, async () => {
      const { errors } = await call(await UNTRUSTED[what]!());
      for (const error of errors) assert.match(error instanceof Error ? error.message : '', why);
    });
  }

  it('refuses a server that offers TLS 1.1 at most, and sends it not one byte', async () => {
    const { service } = await testCertificates();
    const { errors, applicationBytes, handshakes } = await call(service, {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      // OpenSSL offers it at this level only.
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    for (const error of errors) {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, 'SERVICE_UNAVAILABLE');
      assert.match(
        error.message,
        /no connection could be made \(ERR_SSL_|no connection could be made \(ECONNRESET/u,
      );
    }
    assert.deepEqual([errors.length, applicationBytes, handshakes], [3, 0, 0]);
  });

  it('counts what a trusted server gets', async () => {
    const { service } = await testCertificates();
    const server = createServer({ key: service.privateKeyPem, cert: service.chainPem });
    let applicationBytes = 0;
    server.on('secureConnection', (socket) => {
      socket.on('data', (bytes: Buffer) => {
        applicationBytes += bytes.length;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
      });
    });
    const stop = await listen(server);
    const { sender, trusted } = await testCertificates();
    const api = createSigningApi({
      apiUrl: `https://localhost:${portOf(server)}/api/`,
      certificate: sender,
      trustedCertificates: trusted,
    });
    try {
      assert.equal(await api.probe({ organizationNumber: SENDER_ORGANIZATION }), 'hi');
      assert.ok(applicationBytes > 100);
    } finally {
      await api.close();
      await stop();
    }
  });

  it('takes the certificate in the older style, TLS 1.2, and an intermediate authority as the end of the chain', async () => {
    const { authority } = await testCertificates();
    const service = await startTestService({
      certificate: await authority.issueEnterpriseCertificate({ ...POSTEN, style: 'SEID1' }),
      maxVersion: 'TLSv1.2',
      api: { trustedCertificates: [authority.intermediatePem] },
    });
    service.answer = (response) => response.end('You are 123456789\n');
    try {
      assert.equal(await service.api.probe({ organizationNumber: SENDER_ORGANIZATION }), 'You are 123456789');
      assert.equal(service.requests[0]?.url, `/api/${SENDER_ORGANIZATION}`);
    } finally {
      await service.stop();
    }
  });

  it('checks the servers behind the URLs that the service gives, too', async () => {
    const { authority } = await testCertificates();
    const other = await startTestService({
      certificate: await authority.issueEnterpriseCertificate({ ...POSTEN, organizationNumber: '987654321' }),
    });
    const service = await startTestService();
    try {
      await assert.rejects(service.api.portal.confirmStatusChange(`${other.root}/complete` as never), {
        code: 'SERVER_NOT_TRUSTED',
      });
      await assert.rejects(service.api.portal.confirmStatusChange('http://127.0.0.1/complete' as never), {
        code: 'UNREADABLE_RESPONSE',
      });
      assert.deepEqual(other.requests, []);
    } finally {
      await other.stop();
      await service.stop();
    }
  });
});
