import assert from 'node:assert/strict';
import { generateKey, type EncryptionKeys } from '@signering/encryption';
import { freshDatabase } from '../fixtures/index.js';
import {
  openPortalUnderTest,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  usePortal,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

const THIRD = '910000023';

describe('people in the sender portal', () => {
  let test: PortalUnderTest;
  let anne: TestBrowser;
  usePortal((...opened) => {
    [test, anne] = opened;
  });

  it('of another organisation are shown to no account manager who adds them, and not changed', async () => {
    const { people, sessions, audit } = test.portal.parts;
    const eve = await test.browserOf('eve@example.com', OTHER_ORGANIZATION);
    const cfo = await test.browserOf('cfo@example.com');
    const { personId } = cfo.session;
    const user = { subject: 'https://issuer cfo', emailAddress: 'cfo@example.com', name: 'Cecilie Finans' };
    assert.equal(await people.recognise(user), personId);
    await audit.write({ action: 'LOGGED_IN', personId, organization: ORGANIZATION });
    const added = { emailAddress: 'cfo@example.com', role: 'ACCOUNT_MANAGER' };
    assert.equal((await eve.post('/people', added)).statusCode, 303);

    const row = (body: string) => body.split('<tr').find((one) => one.includes('cfo@example.com')) ?? '';
    const seen = row((await eve.get('/people')).body);
    assert.match(seen, /Has not logged in yet/u);
    assert.ok(!seen.includes('/anew'));
    for (const page of ['/people', '/audit']) {
      assert.ok(!(await eve.get(page)).body.includes('Cecilie'), page);
    }
    assert.equal((await eve.post(`/people/${personId}/anew`)).statusCode, 404);
    // The log-in leads where it led before.
    assert.equal(await people.firstOrganizationOf(personId), ORGANIZATION);
    assert.match(row((await anne.get('/people')).body), /Cecilie Finans[^]*\/anew/u);
    // Also after the role in the other organisation has ended.
    assert.equal((await anne.post(`/people/${personId}/end`)).statusCode, 303);
    assert.doesNotMatch(row((await eve.get('/people')).body), /Cecilie|\/anew/u);
    await people.setRole(ORGANIZATION, { ...added, role: 'ACCOUNT_MANAGER', endsAt: undefined });
    assert.equal((await eve.post(`/people/${personId}/end`)).statusCode, 303);
    assert.equal((await cfo.get('/waiting')).statusCode, 200);
    assert.equal(await people.recognise({ subject: user.subject }), personId);

    // Who works for both is known to both, and an operator alone has the person recognised anew.
    await eve.post('/people', added);
    await cfo.post('/organization', { organization: OTHER_ORGANIZATION });
    assert.match(row((await eve.get('/people')).body), /Cecilie Finans/u);
    for (const manager of [eve, anne]) {
      const { statusCode, body } = await manager.post(`/people/${personId}/anew`);
      assert.equal(statusCode, 409);
      assert.match(body, /Ask those who run the portal/u);
    }
    assert.equal(await people.recognise({ subject: user.subject }), personId);
    await test.tables.updateTable('people').set({ subject: null }).where('id', '=', personId).execute();
    // A rotation of the keys does not bind the person again.
    await test.tables.updateTable('people').set({ hash_key: 'old' }).where('id', '=', personId).execute();
    assert.equal(await people.rehash(new AbortController().signal), 0);
    assert.equal(await people.recognise({ ...user, subject: 'https://issuer new' }), personId);
    // Without a role anywhere the session has ended for good.
    await eve.post(`/people/${personId}/end`);
    await anne.post(`/people/${personId}/end`);
    await people.setRole(ORGANIZATION, { ...added, role: 'ACCOUNT_MANAGER', endsAt: undefined });
    assert.equal((await cfo.get('/waiting')).statusCode, 303);
    await people.endRole(ORGANIZATION, personId);
    await sessions.end(eve.session);
  });

  it('who are the last account manager without a last day keep the role, also when two end each other', async () => {
    const { people } = test.portal.parts;
    const one = await test.browserOf('one@example.com', THIRD);
    const other = await test.browserOf('other@example.com', THIRD);
    const end = (manager: TestBrowser, whom: TestBrowser) =>
      manager.post(`/people/${whom.session.personId}/end`);
    await Promise.all([end(one, other), end(other, one)]);
    const left = await people.membersOf(THIRD);
    assert.equal(left.length, 1);
    const [last] = left[0]?.personId === one.session.personId ? [one] : [other];
    // Another one, whose role ends, can neither end nor weaken it.
    const soon = new Date(Number(test.now()) + 86_400_000);
    const guest = await test.browserOf('guest@example.com', THIRD, 'ACCOUNT_MANAGER', soon);
    const refused = await end(guest, last);
    assert.equal(refused.statusCode, 409);
    assert.match(refused.body, /no account manager whose role does not end/u);
    const { emailAddress = '' } = left[0] ?? {};
    const weaker = await guest.post('/people', { emailAddress, role: 'DOCUMENT_PROCESSOR' });
    assert.equal(weaker.statusCode, 409);
    assert.equal((await last.get('/people')).statusCode, 200);
    assert.equal((await end(last, guest)).statusCode, 303);
  });

  it('whom the settings name are added at a start with a line in the audit log, also after their role was ended', async function () {
    const managers = [{ organizationNumber: ORGANIZATION, emailAddress: 'first@example.com' }];
    const keys: EncryptionKeys = [generateKey('test')];
    const options = { managers, keys, postgresql: await freshDatabase(this) };
    const start = async () => {
      const opened = await openPortalUnderTest(this, options);
      const [first] = await opened.portal.parts.people.membersOf(ORGANIZATION);
      const lines = await opened.tables.selectFrom('audit').select(['action', 'detail']).execute();
      await opened.tables.deleteFrom('audit').execute();
      return { opened, lines, given: { action: 'ROLE_GIVEN', detail: `ACCOUNT_MANAGER ${first?.personId}` } };
    };
    const one = await start();
    assert.deepEqual(one.lines, [one.given]);
    await one.opened.close();
    const two = await start();
    assert.deepEqual(two.lines, []);
    await two.opened.tables.deleteFrom('memberships').execute();
    await two.opened.close();
    const three = await start();
    assert.deepEqual(three.lines, [one.given]);
    await three.opened.close();
  });
});
