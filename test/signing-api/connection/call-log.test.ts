import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocumentPackage } from '@signering/document-package';
import type { StatusUrl } from '@signering/schema';
import { dumpDocumentPackages, type CallLogEntry } from '@signering/signing-api';
import { newPortalJob } from '../new-portal-job.js';
import { jobUrl, startTestService } from '../test-service.js';

const CHANGE = `<?xml version="1.0"?><s:portal-signature-job-status-change-response xmlns:s="http://signering.posten.no/schema/v1">
<s:signature-job-id>7</s:signature-job-id><s:status>IN_PROGRESS</s:status>
<s:confirmation-url>https://localhost/complete?secret=abc</s:confirmation-url>
<s:signatures><s:signature><s:status since="2026-01-01T00:00:00Z">WAITING</s:status>
<!-- 01815012345 --><s:personal-identification-number><![CDATA[01815012345]]></s:personal-identification-number></s:signature>
<s:signature><s:status since="2026-01-01T00:00:00Z">WAITING</s:status><s:identifier><s:email address="kari@example.com"/><s:sms number='+4799999999'/></s:identifier></s:signature>
</s:signatures></s:portal-signature-job-status-change-response>`;

describe('the log of calls', () => {
  it('tells structure and outcome, and nothing personal or secret', async () => {
    const entries: CallLogEntry[] = [];
    const log = { bodies: true, write: (entry: CallLogEntry) => entries.push(entry) };
    const service = await startTestService({ api: { log, userAgentSuffix: 'Archive/2.1' } });
    const { api, root } = service;
    try {
      service.answer = (response) => response.end(CHANGE);
      await api.portal.fetchStatusChange({ organizationNumber: '123456789', pollingQueue: 'ours' });
      service.answer = (response) => response.writeHead(500).end('01815012345');
      const statusUrl = jobUrl(root, 'status') as StatusUrl;
      await assert.rejects(api.direct.fetchStatus({ statusUrl, statusQueryToken: 't0ken' }));
      await assert.rejects(api.portal.createSignatureJob(newPortalJob()));
      service.answer = (response) => response.socket?.destroy();
      await assert.rejects(api.probe({ organizationNumber: '123456789' }));
      assert.match(service.requests[0]?.headers['user-agent'] ?? '', / Archive\/2\.1$/u);
    } finally {
      await service.stop();
    }
    const all = JSON.stringify(entries);
    for (const secret of [
      '01815012345',
      'kari@example.com',
      '99999999',
      'secret=abc',
      't0ken',
      'Leieavtale',
    ]) {
      assert.ok(!all.includes(secret), `${secret} in ${all}`);
    }
    for (const told of [
      'polling_queue=ours',
      'status_query_token=***',
      'IN_PROGRESS',
      'A-1',
      '"httpStatus":500',
    ]) {
      assert.ok(all.includes(told), `${told} not in ${all}`);
    }
    const answer = entries.find((entry) => entry.event === 'ANSWER');
    assert.ok(Math.abs(Date.parse(answer?.servedAt ?? '') - Date.now()) < 60_000);
    assert.deepEqual(
      entries.map(({ event }) => event),
      [
        ...['REQUEST', 'ANSWER', 'ANSWER_BODY'],
        ...['REQUEST', 'ANSWER', 'ANSWER_BODY'],
        ...['REQUEST', 'ANSWER', 'ANSWER_BODY'],
        ...['REQUEST', 'FAILURE'],
      ],
    );
  });
});

describe('the hook for document packages', () => {
  it('gets each package before it is sent, and can have it written to a folder for its owner alone', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'signering-dump-')), 'packages');
    const service = await startTestService({ api: { onDocumentPackage: dumpDocumentPackages(folder) } });
    service.answer = (response) => response.writeHead(500).end();
    try {
      await assert.rejects(service.api.portal.createSignatureJob(newPortalJob()));
      const [name = '', ...others] = await readdir(folder);
      assert.deepEqual(others, []);
      assert.match(name, /-123456789-A-1-[0-9a-f]{8}\.asice$/u);
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
      const written = await readFile(join(folder, name));
      assert.ok(service.requests[0]?.body.includes(written));
      await readDocumentPackage(written, { signingTimeToleranceMs: Infinity });
    } finally {
      await service.stop();
      await rm(join(folder, '..'), { recursive: true });
    }
  });

  it('ends the call when it throws, and nothing is sent', async () => {
    const reason = new Error('not this one');
    const service = await startTestService({
      api: { onDocumentPackage: () => Promise.reject(reason) },
    });
    try {
      await assert.rejects(service.api.portal.createSignatureJob(newPortalJob()), reason);
      assert.deepEqual(service.requests, []);
    } finally {
      await service.stop();
    }
  });
});
