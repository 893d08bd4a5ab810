import assert from 'node:assert/strict';
import { openPortalUnderTest, ORGANIZATION, type PortalUnderTest } from './portal-under-test.js';
import { startTestIssuer, type TestIssuer } from './test-issuer.js';

describe('an attack on the log-in of the sender portal', () => {
  let test: PortalUnderTest;
  let issuer: TestIssuer;
  before(async function () {
    issuer = await startTestIssuer();
    test = await openPortalUnderTest(this, { issuer: issuer.url });
    await test.browserOf('anne@example.com');
  });
  after(async () => {
    issuer.close();
    await (test as PortalUnderTest | undefined)?.close();
  });

  const portal = () => test.portal.server;

  /** Begins a log-in; returns the cookie and the address at the issuer. */
  async function begin(back?: string, cookie = '') {
    const url = back === undefined ? '/login' : `/login?back=${encodeURIComponent(back)}`;
    const { headers } = await portal().inject({ url, headers: { cookie } });
    const [login = ''] = String(headers['set-cookie']).split(';');
    return { cookie: login, address: headers.location ?? '' };
  }
  const come = (url: string, cookie: string) => portal().inject({ url, headers: { cookie } });
  const isRefused = (answer: Awaited<ReturnType<typeof come>>): void => {
    assert.equal(answer.statusCode, 403);
    assert.ok(!String(answer.headers['set-cookie'] ?? '').includes('signering-portal='));
  };

  it('by a callback that the browser did not ask for, or that another browser began, starts no session', async () => {
    const attacker = await begin();
    const victim = await begin();
    // The attacker's account in the victim's browser.
    const callback = issuer.callbackOf(attacker.address, 'anne@example.com');
    isRefused(await come(callback, ''));
    const [name = ''] = attacker.cookie.split('=');
    isRefused(await come(callback, `${name}=forged`));
    isRefused(await come(callback, victim.cookie));
    isRefused(await come(callback, `${name}=${victim.cookie.split('=')[1]}`));
    // The value of the victim's cookie was used with another state: that log-in is over.
    isRefused(await come(issuer.callbackOf(victim.address, 'anne@example.com'), victim.cookie));
  });

  it('by a callback that is repeated, without a state, with an error or of another issuer, starts no session', async () => {
    const first = await begin();
    const callback = issuer.callbackOf(first.address, 'anne@example.com');
    assert.equal((await come(callback, first.cookie)).statusCode, 303);
    isRefused(await come(callback, first.cookie));
    for (const change of [
      (query: URLSearchParams) => query.delete('state'),
      (query: URLSearchParams) => query.set('state', 'forged'),
      (query: URLSearchParams) => query.append('state', 'second'),
      (query: URLSearchParams) => query.set('code', 'forged'),
      (query: URLSearchParams) => query.set('iss', 'https://evil.example'),
      (query: URLSearchParams) => query.set('error', 'access_denied'),
    ]) {
      const { cookie, address } = await begin();
      const [path = '', text] = issuer.callbackOf(address, 'anne@example.com').split('?');
      const query = new URLSearchParams(text);
      change(query);
      isRefused(await come(`${path}?${query.toString()}`, cookie));
    }
    const lines = await test.tables.selectFrom('audit').select(['action', 'person_id']).execute();
    const [member] = await test.portal.parts.people.membersOf(ORGANIZATION);
    assert.deepEqual(
      lines.filter(({ action }) => action === 'LOGGED_IN'),
      [{ action: 'LOGGED_IN', person_id: member?.personId }],
    );
  });

  it('does not keep the session that the browser had before, nor accept one that it brings', async () => {
    const before = await test.browserOf('anne@example.com');
    const { cookie, address } = await begin();
    const both = `${before.headers.cookie}; ${cookie}`;
    const answer = await come(issuer.callbackOf(address, 'anne@example.com'), both);
    const [session = ''] = String(answer.headers['set-cookie']).split(';');
    assert.match(String(answer.headers['set-cookie']), /HttpOnly; SameSite=Lax/u);
    assert.notEqual(session, before.headers.cookie);
    assert.equal((await before.get('/waiting')).statusCode, 303);
    assert.equal((await come('/waiting', session)).statusCode, 200);
    assert.equal((await come('/waiting', 'signering-portal=chosen-by-the-attacker')).statusCode, 303);
  });

  it('leads to no other site afterwards', async () => {
    for (const back of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/%09/evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '/waiting\r\nset-cookie: a=b',
      '/@evil.example',
      '.evil.example',
      '/login/callback/..//evil.example',
    ]) {
      const { cookie, address } = await begin(back);
      const { headers } = await come(issuer.callbackOf(address, 'anne@example.com'), cookie);
      assert.match(headers.location ?? '', /^\/(?!\/)[\w/.%-]*$/u, back);
      const { hostname } = new URL(headers.location ?? '', 'http://portal.example');
      assert.equal(hostname, 'portal.example', back);
    }
  });

  it('by a callback of another browser does not end the log-in of this one', async () => {
    const attacker = await begin();
    const victim = await begin();
    isRefused(await come(issuer.callbackOf(attacker.address, 'anne@example.com'), victim.cookie));
    const own = issuer.callbackOf(victim.address, 'anne@example.com');
    assert.equal((await come(own, victim.cookie)).statusCode, 303);
  });

  it('by many log-ins that are begun fills no header with their cookies', async () => {
    const begun: string[] = [];
    for (let number = 0; number < 9; number += 1) begun.push((await begin()).cookie);
    const { headers } = await come('/login', ['signering-portal=kept', ...begun].join('; '));
    const set = [headers['set-cookie'] ?? []].flat();
    const removed = set.filter((cookie) => cookie.includes('Max-Age=0'));
    assert.deepEqual(
      removed.map((cookie) => cookie.split('=')[0]),
      begun.slice(0, 2).map((cookie) => cookie.split('=')[0]),
      'seven, and the new one, are left',
    );
  });

  it('leaves log-ins that two tabs of a browser begin at once to both', async () => {
    const before = test.now();
    const begun = [await begin('/signed'), await begin('/stopped')];
    const cookies = begun.map(({ cookie }) => cookie);
    assert.notEqual(cookies[0]?.split('=')[0], cookies[1]?.split('=')[0]);
    test.setNow(new Date(Number(before) + 1000));
    const [one, other] = begun.map(({ address }) => issuer.callbackOf(address, 'anne@example.com'));
    const first = await come(one ?? '', cookies.join('; '));
    assert.equal(first.headers.location, '/signed');
    const [session = '', removed = ''] = [first.headers['set-cookie'] ?? []].flat();
    assert.match(removed, new RegExp(`^${cookies[0]?.split('=')[0]}=; .*Max-Age=0`, 'u'));
    // The second tab goes on with the session of the first one, whose page may have a form that is being filled in.
    const browser = [session.split(';')[0], cookies[1]].join('; ');
    const second = await come(other ?? '', browser);
    assert.equal(second.headers.location, '/stopped');
    assert.ok(!String(second.headers['set-cookie']).includes('signering-portal='));
    assert.equal((await come('/waiting', browser)).statusCode, 200);
    test.setNow(before);
  });
});
