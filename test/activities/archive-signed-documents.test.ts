import assert from 'node:assert/strict';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createArchiveActivities } from '../../activities/archive-signed-documents.js';
import type { PadesUrl } from '../../schema/index.js';
import { openFileStorage } from '../../storage/index.js';
import { jobUrl, startTestService, type TestService } from '../signing-api/test-service.js';
import { freshFolder } from '../stack/index.js';
import { ORGANIZATION } from './signing-input.js';

const PDF = '%PDF-1.7\n%%EOF\n';

describe('a signed document in the archive', () => {
  let service: TestService;

  before(async () => {
    service = await startTestService();
  });

  after(() => service.stop());

  it('that the disk has damaged is not taken for archived, and is fetched anew once it is moved away', async () => {
    const root = freshFolder('archive');
    const { archive } = await openFileStorage({ root });
    const { archivePades } = createArchiveActivities({ portal: service.api.portal, archive });
    const job = {
      organizationNumber: ORGANIZATION,
      reference: 'A-1',
      signatureJobId: '1',
      createdAt: '2026-11-22T10:00:00.000Z',
    };
    service.answer = (response) => response.end(PDF);
    const fetch = () =>
      new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(archivePades, {
        job,
        padesUrl: jobUrl(service.root, 'pades') as PadesUrl,
      });
    const first = await fetch();
    assert.deepEqual(await fetch(), first);
    assert.equal(service.requests.length, 1);

    const file = join(root, 'archive', archive.folderOf(job), 'signed.pdf');
    await chmod(file, 0o600);
    await writeFile(file, 'no longer a PDF');
    await assert.rejects(fetch(), { code: 'STORED_CONTENT_DAMAGED' });

    await rm(file);
    assert.deepEqual(await fetch(), first);
    assert.equal(await readFile(file, 'utf8'), PDF);
  });
});
