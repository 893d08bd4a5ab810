import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@signering/dev-stack/internal/processes/index.js';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { startTestStack, type TestStack } from '../../fixtures/index.js';
import { findingsFor, notCheckedBecause, passedWith, troubleOf, type Findings } from './findings.js';

const SERVICE_CHECKS = ['certificate', 'trust', 'service', 'clock', 'authorisation'] as const;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

describe('signering doctor, the service', () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
  });
  after(() => stack.stop());

  const examine = (settings: Record<string, string> = {}): Promise<Findings> =>
    findingsFor({ ...stack.env, ...settings }, SERVICE_CHECKS);
  const fileWith = (content: string): string => {
    const file = join(stack.folder, 'file.pem');
    writeFileSync(file, content);
    return file;
  };
  const usingCertificateOf = (who: 'broker' | 'unauthorized'): Record<string, string> => {
    const { file, password } = stack.sandbox().announcement.otherCertificates[who]!;
    return { SIGNERING_CERTIFICATE: file, SIGNERING_CERTIFICATE_PASSWORD: password };
  };
  const untrusted = (findings: Findings, why: RegExp): void => {
    assert.match(troubleOf(findings.of('service')), why);
    assert.match(notCheckedBecause(findings.of('clock')), /«TLS to the API»/u);
    assert.match(notCheckedBecause(findings.of('authorisation')), /«TLS to the API»/u);
    assert.equal(findings.exitCode, 2);
  };

  it('passes when it is trusted, its clock agrees and it authorizes us', async () => {
    const findings = await examine();
    assert.match(passedWith(findings.of('service')).summary, /issued to organisation 984661185/u);
    assert.match(passedWith(findings.of('clock')).summary, /within a second|[12] s (?:ahead|behind)/u);
    assert.match(passedWith(findings.of('authorisation')).summary, /You are 312345676/u);
    assert.equal(findings.exitCode, 0);
  });

  it('names the sender that a broker sends for', async () => {
    const findings = await examine({ ...usingCertificateOf('broker'), SIGNERING_ORGANIZATION: '312345676' });
    assert.match(
      passedWith(findings.of('authorisation')).summary,
      /You are 311789015, operating on behalf of 312345676/u,
    );
  });

  it('fails when its certificate was issued to another organisation', async () => {
    untrusted(
      await examine({ SIGNERING_SERVER_ORGANIZATION: '987654325' }),
      /issued to 984661185, not to organisation 987654325.*nothing was sent\. Check/su,
    );
  });

  it('fails when its certificate is not from a trusted authority', async () => {
    const stranger = await createCertificateAuthority();
    untrusted(
      await examine({ SIGNERING_TRUSTED_CERTIFICATES: fileWith(stranger.rootPem) }),
      /leads to no trusted authority.*SIGNERING_TRUSTED_CERTIFICATES/su,
    );
  });

  it('is not called when the trusted certificates are missing or damaged', async () => {
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    for (const [content, why] of [
      ['none', /SIGNERING_TRUSTED_CERTIFICATES: .*file\.pem holds no certificate in PEM or DER form/u],
      [damaged, /SIGNERING_TRUSTED_CERTIFICATES: .*file\.pem holds a damaged certificate/u],
    ] as const) {
      const findings = await examine({ SIGNERING_TRUSTED_CERTIFICATES: fileWith(content) });
      assert.match(troubleOf(findings.of('trust')), why);
      assert.match(notCheckedBecause(findings.of('service')), /«Trusted CAs»/u);
      assert.equal(findings.exitCode, 2);
    }
  });

  it('fails when it rejects our certificate because of an unknown authority', async () => {
    const stranger = await createCertificateAuthority();
    const own = await stranger.issueEnterpriseCertificate({
      organizationNumber: '312345676',
      name: 'Avsender AS',
    });
    untrusted(
      await examine({
        SIGNERING_CERTIFICATE: fileWith(own.privateKeyPem + own.chainPem),
        SIGNERING_CERTIFICATE_PASSWORD: '',
      }),
      /refused our certificate.*test certificates for test/su,
    );
  });

  it('fails with exit code 75 when nothing listens at its address', async () => {
    const findings = await examine({ SIGNERING_API_URL: `https://127.0.0.1:${await freePort()}/api` });
    assert.match(troubleOf(findings.of('service')), /no connection could be made.*check the API address/u);
    assert.equal(findings.exitCode, 75);
  });

  it('fails behind a proxy that rejects the credentials, and does not print them', async () => {
    const proxy = createHttpServer().on('connect', (_request, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    const port = await listen(proxy);
    try {
      const findings = await examine({ SIGNERING_PROXY: `http://kari:wr0ng@127.0.0.1:${port}` });
      const said = troubleOf(findings.of('service'));
      assert.match(said, /the proxy refused \(HTTP 407\)\. Check .*SIGNERING_PROXY/u);
      assert.ok(!said.includes('kari') && !said.includes('wr0ng'));
      assert.equal(findings.exitCode, 2);
    } finally {
      proxy.close();
    }
  });

  it('fails when the server does not speak TLS', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const port = await listen(server);
    try {
      const findings = await examine({ SIGNERING_API_URL: `https://127.0.0.1:${port}/api` });
      assert.match(troubleOf(findings.of('service')), /no connection could be made/u);
    } finally {
      server.close();
    }
  });

  it('fails only the authorisation, with exit code 75, when it has an internal error', async () => {
    await stack.admin.call('POST', '/faults', { fault: 'status', operation: 'probe', status: 503 });
    const findings = await examine();
    passedWith(findings.of('service'));
    passedWith(findings.of('clock'));
    assert.match(troubleOf(findings.of('authorisation')), /reports an internal fault.*Try again/u);
    assert.equal(findings.exitCode, 75);
  });

  it('fails for an organisation without access, and for a sender of another broker', async () => {
    const unauthorized = await examine({
      ...usingCertificateOf('unauthorized'),
      SIGNERING_ORGANIZATION: '312901234',
    });
    passedWith(unauthorized.of('service'));
    passedWith(unauthorized.of('clock'));
    assert.match(troubleOf(unauthorized.of('authorisation')), /no access.*ask Posten/u);
    assert.equal(unauthorized.exitCode, 2);
    const foreign = await examine({ SIGNERING_ORGANIZATION: '310456780' });
    assert.match(troubleOf(foreign.of('authorisation')), /may not send on behalf.*broker/u);
    assert.equal(foreign.exitCode, 2);
  });

  for (const [seconds, how] of [
    [60, 'behind'],
    [-60, 'ahead of'],
  ] as const) {
    it(`finds a clock that is a minute ${how} the service's`, async () => {
      await stack.admin.call('POST', '/faults', {
        fault: 'clockSkew',
        operation: 'probe',
        skewSeconds: seconds,
      });
      const findings = await examine();
      const said = troubleOf(findings.of('clock'));
      assert.match(said, new RegExp(`(?:59|60|61) s ${how} the service's`, 'u'));
      assert.match(said, /NTP/u);
      passedWith(findings.of('authorisation'));
      assert.equal(findings.exitCode, 1);
    });
  }

  it('skips the clock when the response contains no time', async () => {
    const authority = await createCertificateAuthority();
    const [service, sender] = await Promise.all([
      authority.issueEnterpriseCertificate({ organizationNumber: '984661185', name: 'Posten Bring AS' }),
      authority.issueEnterpriseCertificate({ organizationNumber: '312345676', name: 'Avsender AS' }),
    ]);
    const server = createHttpsServer(
      { key: service.privateKeyPem, cert: service.chainPem },
      (_request, response) => {
        response.sendDate = false;
        response.end('You are\u001B[2J 312345676');
      },
    );
    const port = await listen(server);
    const own = join(stack.folder, 'own.pem');
    writeFileSync(own, sender.privateKeyPem + sender.chainPem);
    try {
      const findings = await examine({
        SIGNERING_API_URL: `https://127.0.0.1:${port}/api`,
        SIGNERING_TRUSTED_CERTIFICATES: fileWith(authority.rootPem),
        SIGNERING_CERTIFICATE: own,
        SIGNERING_CERTIFICATE_PASSWORD: '',
      });
      assert.match(notCheckedBecause(findings.of('clock')), /contains no time/u);
      const { summary } = passedWith(findings.of('authorisation'));
      assert.equal(summary, 'the service says: You are [2J 312345676', 'nothing moves the cursor');
      assert.equal(findings.exitCode, 0);
    } finally {
      server.close();
    }
  });

  it('warns of a clock close to the limit', async () => {
    await stack.admin.call('POST', '/faults', { fault: 'clockSkew', operation: 'probe', skewSeconds: -3 });
    const { summary, warnings } = passedWith((await examine()).of('clock'));
    assert.match(summary, /ahead of/u);
    assert.match(warnings, /NTP/u);
  });

  it('finds a sandbox clock that was moved', async () => {
    await stack.admin.advanceClock(3600);
    assert.match(troubleOf((await examine()).of('clock')), /behind.*sandbox/su);
  });
});
