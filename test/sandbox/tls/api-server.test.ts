import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import {
  createCertificateAuthority,
  restoreCertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import { ORGANIZATIONS } from '@signering/sandbox/internal/organizations.js';
import { loadEnterpriseCertificate, organizationNumberOf } from '@signering/signatures';
import { element } from '../stage/answer-elements.js';
import { createRequest } from '../stage/order.js';
import { atOneMoment } from '../stage/at-one-moment.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';
import { sendOverWire } from '../stage/wire.js';

/** RFC 5246, 7.2, as OpenSSL words it. */
// What stands before the alert's name differs from one OpenSSL to the next.
const UNKNOWN_CA = /ALERT_UNKNOWN_CA$/u;
const EXPIRED = /ALERT_CERTIFICATE_EXPIRED$/u;

describe('the API over two-way TLS', () => {
  let sandbox: TestSandbox;
  before(async () => {
    sandbox = await startTestSandbox();
  });
  after(async () => await sandbox.close());

  const authority = async () => {
    const file = `${sandbox.stateFolder}/certificates/identities.json`;
    const { authority: state } = JSON.parse(await readFile(file, 'utf8')) as {
      authority: Parameters<typeof restoreCertificateAuthority>[0];
    };
    return restoreCertificateAuthority(state);
  };

  /** Shakes hands and asks for the API's root: resolves with the first bytes, rejects with what TLS says. */
  async function knock(
    identity: Partial<IssuedCertificate>,
    options: ConnectionOptions = {},
  ): Promise<string> {
    const { apiUrl, trustedCertificates } = sandbox.sandbox().announcement;
    const socket: TLSSocket = connect({
      host: '127.0.0.1',
      port: Number(new URL(apiUrl).port),
      ca: await readFile(trustedCertificates),
      checkServerIdentity: () => undefined,
      ...(identity.privateKeyPem === undefined
        ? {}
        : { key: identity.privateKeyPem, cert: identity.chainPem }),
      ...options,
    });
    try {
      await once(socket, 'secureConnect');
      socket.write('GET /api/312345676 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
      const [first] = (await once(socket, 'data')) as [Buffer];
      return first.toString('utf8');
    } finally {
      socket.destroy();
    }
  }

  it('shows an enterprise certificate of Posten Bring AS, with its chain, for no host name', async () => {
    const { apiUrl, trustedCertificates, serverOrganizationNumber } = sandbox.sandbox().announcement;
    const issued = await (await authority()).issueEnterpriseCertificate(ORGANIZATIONS.privateSender);
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(apiUrl).port),
      ca: await readFile(trustedCertificates),
      key: issued.privateKeyPem,
      cert: issued.chainPem,
      checkServerIdentity: () => undefined,
    });
    await once(socket, 'secureConnect');
    assert.ok(socket.authorized);
    assert.equal(organizationNumberOf(socket.getPeerCertificate().raw), serverOrganizationNumber);
    assert.equal(serverOrganizationNumber, '984661185');
    assert.equal(socket.getPeerCertificate().subjectaltname, undefined);
    assert.equal(socket.getProtocol(), 'TLSv1.2');
    socket.destroy();
  });

  it('accepts SEID 1 certificates, and certificates without their chain', async () => {
    const own = await authority();
    const seid1 = await own.issueEnterpriseCertificate({ ...ORGANIZATIONS.privateSender, style: 'SEID1' });
    assert.match(await knock(seid1), /200 OK/u);
    const seid2 = await own.issueEnterpriseCertificate(ORGANIZATIONS.privateSender);
    assert.match(await knock({ ...seid2, chainPem: seid2.certificatePem }), /200 OK/u);
  });

  it('ends the handshake of an unknown authority with a TLS alert', async () => {
    const stranger = await createCertificateAuthority();
    const issued = await stranger.issueEnterpriseCertificate(ORGANIZATIONS.privateSender);
    await assert.rejects(knock(issued), { code: UNKNOWN_CA });
  });

  it('ends the handshake of an expired certificate with a TLS alert', async () => {
    const issued = await (
      await authority()
    ).issueEnterpriseCertificate({
      ...ORGANIZATIONS.privateSender,
      notBefore: new Date(Date.now() - 2 * 86_400_000),
      notAfter: new Date(Date.now() - 86_400_000),
    });
    await assert.rejects(knock(issued), { code: EXPIRED });
  });

  it('ends the handshake without a certificate, and with an old version of TLS', async () => {
    await assert.rejects(knock({}), /handshake failure|certificate required/iu);
    const issued = await (await authority()).issueEnterpriseCertificate(ORGANIZATIONS.privateSender);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(knock(issued, old), /protocol version/iu);
  });

  it('treats a certificate without an organisation like an organisation without access', async () => {
    const issued = await (await authority()).issuePersonCertificate({ name: 'Kari Nordmann' });
    assert.match(await knock(issued), /403 Forbidden[\s\S]*NOT_AUTHORIZED/u);
  });

  it('resumes a TLS session with the identity of the client', async () => {
    const sender = await sandbox.sender('privateSender', { keepAlive: false, maxCachedSessions: 10 });
    for (let round = 0; round < 3; round++) {
      assert.equal((await sender.call('GET', '')).text, 'You are 312345676');
    }
  });

  it('accepts a create request in chunks, and empty bodies on confirm and cancel', async () => {
    const { file, password } = sandbox.sandbox().announcement.certificate;
    const certificate = await loadEnterpriseCertificate({ file, password });
    const { headers, body } = await createRequest({ organizationNumber: '312345676', certificate });
    const agent = new Agent({
      pfx: await readFile(file),
      passphrase: password,
      ca: await readFile(sandbox.sandbox().announcement.trustedCertificates),
      checkServerIdentity: () => undefined,
    });
    const url = `${sandbox.sandbox().announcement.apiUrl}/312345676/portal/signature-jobs`;
    const sent = request(url, { method: 'POST', agent, headers });
    for (let offset = 0; offset < body.length; offset += 1000)
      sent.write(body.subarray(offset, offset + 1000));
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = (await buffer(response)).toString('utf8');
    assert.equal(response.statusCode, 200, text);
    agent.destroy();
    const sender = await sandbox.sender();
    const cancelled = await sender.call('POST', element(text, 'cancellation-url'), {
      headers: { 'content-length': '0' },
    });
    assert.equal(cancelled.status, 204);
  });

  it('rejects a request that is too large, and accepts the next one', async () => {
    const sender = await sandbox.sender();
    const large = await sender.call('POST', '/portal/signature-jobs', {
      body: Buffer.alloc(21 * 1024 * 1024),
    });
    assert.equal(large.status, 413);
    assert.equal((await sender.call('GET', '')).status, 200);
  });

  it('responds to an invalid path', async () => {
    const answer = await sendOverWire(sandbox.sandbox().announcement, ['GET // HTTP/1.1']);
    assert.equal(answer.status, 404);
    assert.equal(element(answer.body, 'error-code'), 'NOT_FOUND');
  });

  it('has the sandbox’s time in Date', async () => {
    const own = await startTestSandbox({ emptyQueueWaitMs: 60_000 });
    try {
      await own.admin('POST', '/clock', { advanceSeconds: 40 * 86_400 });
      const { headers } = await (await own.sender()).poll();
      const ahead = Date.parse(headers.date ?? '') - Date.now();
      assert.ok(Math.abs(ahead - 40 * 86_400_000) < 5000);
      assert.ok(Date.parse(String(headers['x-next-permitted-poll-time'])) >= Date.parse(headers.date ?? ''));
    } finally {
      await own.close();
    }
  });

  it('blocks only the organisation that calls more than ten times in a second', async () => {
    const own = await startTestSandbox();
    try {
      const sender = await own.sender();
      const answers = await atOneMoment(
        async () => await Promise.all(Array.from({ length: 14 }, async () => await sender.call('GET', ''))),
      );
      const blocked = answers.filter(({ status }) => status === 429);
      assert.equal(answers.filter(({ status }) => status === 200).length, 10);
      assert.equal(blocked.length, 4);
      for (const { headers, body } of blocked) {
        assert.ok('dosfilter' in headers);
        assert.ok(!('x-next-permitted-poll-time' in headers));
        assert.equal(body.length, 0);
      }
      assert.equal((await (await own.sender('publicSender')).call('GET', '')).status, 200);
    } finally {
      await own.close();
    }
  });
});
