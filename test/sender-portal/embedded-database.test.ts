import assert from 'node:assert/strict';
import { generateKey, type EncryptionKeys } from '@signering/encryption';
import { freshFolder } from '../fixtures/index.js';
import { openPortalUnderTest, versionOn } from './portal-under-test.js';

describe('the sender portal on its embedded database', () => {
  it('keeps drafts, jobs, batches, people and the audit log over a restart, as PostgreSQL does', async function () {
    this.timeout(60_000);
    const keys: EncryptionKeys = [generateKey('test')];
    const options = { folder: freshFolder('embedded-database'), keys };
    const first = await openPortalUnderTest(this, options);
    const anne = await first.browserOf('anne@example.com');
    const draft = await first.fullDraft(anne, 'Kept draft');
    const { path, row } = await first.sentJob(anne);
    const batch = await first.batchOf(anne);
    await assert.rejects(openPortalUnderTest(this, options), { code: 'INVALID_SETTINGS' });
    await first.close();

    const second = await openPortalUnderTest(this, options);
    const again = await second.browserOf('anne@example.com');
    assert.equal(again.session.personId, anne.session.personId);
    const waiting = await again.get('/waiting');
    for (const text of ['Kept draft', `${draft}/documents`, path])
      assert.ok(waiting.body.includes(text), text);
    const found = await again.post('/search', { kind: 'EMAIL', text: 'kari@example.com' });
    assert.ok(found.body.includes(path));
    assert.ok((await again.get('/batches')).body.includes(batch));
    assert.match((await again.get('/audit')).body, /Sent a job/u);
    assert.deepEqual((await second.actionsOf(row.id)).slice(-1), ['JOB_SENT']);
    const version = await versionOn(again, `${draft}/summary`);
    assert.equal((await again.post(`${draft}/send`, { version })).statusCode, 303);
    await second.close();
  });
});
