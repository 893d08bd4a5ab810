import assert from 'node:assert/strict';
import {
  ORGANIZATION,
  OTHER_ORGANIZATION,
  usePortal,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

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
    assert.equal(await people.recognise({ ...user, subject: 'https://issuer new' }), personId);
    // Without a role anywhere the session has ended for good.
    await eve.post(`/people/${personId}/end`);
    await anne.post(`/people/${personId}/end`);
    await people.setRole(ORGANIZATION, { ...added, role: 'ACCOUNT_MANAGER', endsAt: undefined });
    assert.equal((await cfo.get('/waiting')).statusCode, 303);
    await people.endRole(ORGANIZATION, personId);
    await sessions.end(eve.session);
  });
});
