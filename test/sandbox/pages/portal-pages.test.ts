import assert from 'node:assert/strict';
import { sendBySmtp } from '@signering/activities/internal/smtp.js';
import { TEST_PEOPLE } from '@signering/sandbox/internal/people.js';
import type { PortalSigner } from '@signering/schema';
import { element } from '../stage/answer-elements.js';
import { signerByEmail, signerByNumber, type TestOrder } from '../stage/order.js';
import type { Sender } from '../stage/sender.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';
import { Visitor } from '../stage/visitor.js';

interface Described {
  readonly status: string;
  readonly signers: readonly {
    readonly status: string;
    readonly name: string;
    readonly securityCode?: string;
  }[];
}

describe('the pages of the signing portal', () => {
  let stage: TestSandbox;
  let sender: Sender;
  let pagesUrl: string;
  before(async () => {
    stage = await startTestSandbox();
    sender = await stage.sender();
    ({ pagesUrl } = stage.sandbox().announcement);
  });
  after(async () => await stage.close());

  const create = async (order: TestOrder): Promise<string> =>
    element((await sender.create(order)).text, 'signature-job-id');
  const describeJob = async (id: string) => (await stage.admin('GET', `/jobs/${id}`)) as Described;
  const ceremonies = async (id: string): Promise<readonly string[]> => {
    const { notifications } = (await stage.admin('GET', '/outbox')) as {
      notifications: readonly { signatureJobId: string; text: string }[];
    };
    return notifications
      .filter(({ signatureJobId }) => signatureJobId === id)
      .flatMap(({ text }) => /http:\S+\/pages\/\d+-\d+/u.exec(text)?.[0] ?? []);
  };
  /** Creates a job for one signer by email and gives what their notification holds. */
  const invite = async (extra: Partial<PortalSigner> = {}) => {
    const id = await create({ signers: [signerByEmail(1, extra)] });
    const [link = ''] = await ceremonies(id);
    const code = (await describeJob(id)).signers[0]!.securityCode!;
    return { id, link, code, wrongCode: code === '000000' ? '000001' : '000000' };
  };
  const logIn = async (seed: number, level = '4'): Promise<Visitor> => {
    const visitor = new Visitor(pagesUrl);
    await visitor.send('/pages/log-in', { person: syntheticNumber(seed), level });
    return visitor;
  };
  const jobLink = (text: string): string => /href="(\/pages\/\d+-\d+)"/u.exec(text)?.[1] ?? 'no job';

  it('show the emails that the sandbox catches, also to programs, and run nothing in them', async () => {
    const { smtpUrl, pageUrl } = stage.sandbox().announcement.emails;
    const { hostname: host, port } = new URL(smtpUrl);
    const email = {
      from: 'signing@example.com',
      to: 'anne@example.com',
      subject: 'Fristen går ut <script>',
      body: 'First line.\nSecond line.\n\nÆ.\n',
      messageId: '<1@example.com>',
    };
    const server = { host, port: Number(port), encryption: 'NONE' } as const;
    assert.equal(await sendBySmtp(server, email, { onBegin: () => Promise.resolve() }), 'SENT');
    const { emails } = (await stage.admin('GET', '/emails')) as {
      emails: readonly Record<string, unknown>[];
    };
    const [{ realAt: _, ...caught } = {}] = emails;
    const { body: text, to, ...same } = email;
    assert.deepEqual(caught, { ...same, to: [to], text });
    const page = await (await fetch(pageUrl, { headers: { 'accept-language': 'en' } })).text();
    assert.match(page, /Fristen går ut &lt;script&gt;/u);
    assert.match(page, /First line\.<br \/>Second line\./u);
  });

  it('shows sender, title, message and documents, and accepts a signature with consent', async () => {
    const id = await create({
      signers: [signerByNumber(11)],
      manifest: { description: 'Les <nøye> & signer.' },
    });
    const visitor = await logIn(11);
    const path = jobLink((await visitor.open('/pages')).text);
    const { text } = await visitor.open(path);
    for (const shown of [
      'Fjordgløtt Bygg AS',
      'Avtale om grønne epler',
      'Les &lt;nøye&gt; &amp; signer.',
      'Deg selv',
    ]) {
      assert.ok(text.includes(shown), shown);
    }
    const document = await visitor.open(`${path}/documents/1`);
    assert.equal(document.bytes.subarray(0, 5).toString(), '%PDF-');

    const without = await visitor.send(`${path}/sign`, { person: syntheticNumber(11) });
    assert.equal(without.status, 422);
    assert.match(without.text, /Bekreft at du har lest/u);
    assert.equal((await describeJob(id)).status, 'IN_PROGRESS');
    const signed = await visitor.send(`${path}/sign`, { person: syntheticNumber(11), consent: 'yes' });
    assert.match(signed.text, /Du har signert/u);
    assert.equal((await describeJob(id)).status, 'COMPLETED_SUCCESSFULLY');
    assert.equal((await visitor.open(`${path}/signed`)).bytes.subarray(0, 5).toString(), '%PDF-');
  });

  it('rejects a signature with the e-ID of another person', async () => {
    const id = await create({ signers: [signerByNumber(12)] });
    const visitor = await logIn(12);
    const path = jobLink((await visitor.open('/pages')).text);
    const answer = await visitor.send(`${path}/sign`, { person: syntheticNumber(13), consent: 'yes' });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /sendt til en annen person/u);
    assert.equal((await describeJob(id)).signers[0]!.status, 'WAITING');
  });

  it('shows a job only to its signer', async () => {
    await create({ signers: [signerByNumber(14)] });
    const path = jobLink((await (await logIn(14)).open('/pages')).text);
    assert.match((await new Visitor(pagesUrl).open(path)).url, /\/pages\/log-in\?next=/u);
    const other = await logIn(15);
    assert.equal((await other.open(path)).status, 404);
    assert.ok(!(await other.open(`${path}/documents/1`)).text.includes('%PDF'));
    assert.equal((await other.send(`${path}/reject`)).status, 404);
    assert.ok(!(await other.open('/pages')).text.includes('grønne epler'));
  });

  it('shows only the non-sensitive title at level 3 when the job requires level 4', async () => {
    await create({ signers: [signerByNumber(16)] });
    const visitor = await logIn(16, '3');
    const overview = await visitor.open('/pages');
    assert.ok(overview.text.includes('En avtale') && !overview.text.includes('grønne epler'));
    const ceremony = await visitor.open(jobLink(overview.text));
    assert.equal(ceremony.status, 403);
    assert.ok(ceremony.text.includes('En avtale') && !ceremony.text.includes('grønne epler'));
  });

  it('ends the job when the signer rejects', async () => {
    const id = await create({ signers: [signerByNumber(17)] });
    const visitor = await logIn(17);
    const path = jobLink((await visitor.open('/pages')).text);
    assert.match((await visitor.send(`${path}/reject`)).text, /Du har avvist/u);
    assert.equal((await describeJob(id)).signers[0]!.status, 'REJECTED');
    assert.equal(
      (await visitor.send(`${path}/sign`, { person: syntheticNumber(17), consent: 'yes' })).status,
      409,
    );
  });

  it('changes nothing when the e-ID fails', async () => {
    const id = await create({ signers: [signerByNumber(18)] });
    const visitor = await logIn(18);
    const path = jobLink((await visitor.open('/pages')).text);
    assert.match((await visitor.send(`${path}/fail`)).text, /ingenting er signert/u);
    assert.equal((await describeJob(id)).signers[0]!.status, 'WAITING');
  });

  it('opens the link of a notification with its code, and signs as the chosen person', async () => {
    const { id, link, code } = await invite({ onBehalfOf: 'OTHER' });
    const visitor = new Visitor(pagesUrl);
    const page = await visitor.open(link);
    assert.ok(!page.text.includes('grønne epler'));
    assert.equal((await visitor.send(`${link}/sign`, { consent: 'yes' })).url, link);
    const opened = await visitor.send(`${link}/code`, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    assert.match(opened.text, /Avtale om grønne epler[\s\S]*i kraft av en rolle/u);
    const [person] = TEST_PEOPLE;
    await visitor.send(`${link}/sign`, { person: person!.personalIdentificationNumber, consent: 'yes' });
    const [signer] = (await describeJob(id)).signers;
    assert.deepEqual([signer!.status, signer!.name], ['SIGNED', person!.name]);
  });

  it('blocks a signer at the fifth wrong code, also counted across a restart', async () => {
    const { id, link, code, wrongCode } = await invite();
    const visitor = new Visitor(pagesUrl);
    for (const left of [4, 3]) {
      const answer = await visitor.send(`${link}/code`, { code: wrongCode });
      assert.equal(answer.status, 422);
      assert.match(answer.text, new RegExp(`prøve ${left} ganger til`, 'u'));
    }
    await stage.restart();
    for (const left of [2, 1]) {
      const answer = await visitor.send(`${link}/code`, { code: wrongCode });
      assert.match(answer.text, new RegExp(`prøve ${left} gang`, 'u'));
    }
    assert.match((await visitor.send(`${link}/code`, { code: wrongCode })).text, /Du er sperret/u);
    assert.match((await visitor.send(`${link}/code`, { code })).text, /Du er sperret/u);
    const job = await describeJob(id);
    assert.deepEqual([job.status, job.signers[0]!.status], ['FAILED', 'BLOCKED']);
    sender = await stage.sender();
  });

  it('uses the browser’s language, or the chosen one', async () => {
    const visitor = new Visitor(pagesUrl, 'en-GB,nb;q=0.5');
    assert.match((await visitor.open('/pages')).text, /<html lang="en">[\s\S]*Log in/u);
    const chosen = await visitor.open('/pages/language/nb?back=/pages/log-in');
    assert.match(chosen.text, /<html lang="nb">/u);
    assert.equal(new URL(chosen.url).pathname, '/pages/log-in');
    const elsewhere = await visitor.open('/pages/language/en?back=//example.com/');
    assert.equal(new URL(elsewhere.url).pathname, '/pages');
  });

  it('has a strict content security policy, and rejects forms from another site', async () => {
    const { headers } = await new Visitor(pagesUrl).open('/pages');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; style-src 'self'/u);
    assert.doesNotMatch(policy, /unsafe|script-src/u);
    const foreign = await fetch(`${pagesUrl}/log-in`, {
      method: 'POST',
      headers: { origin: 'https://example.com' },
      body: new URLSearchParams({ person: syntheticNumber(1) }),
    });
    assert.equal(foreign.status, 403);
  });

  it('returns a page for unknown paths', async () => {
    for (const path of ['/pages/nothing', '/pages/1-1', '/pages/a/b/c']) {
      const { status, text } = await new Visitor(pagesUrl, 'en').open(path);
      assert.equal(status, 404, path);
      assert.match(text, /Page not found/u);
    }
  });
});
