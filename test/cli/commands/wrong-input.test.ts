import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { freePort } from '@signering/dev-stack/internal/processes/index.js';
import { runSignering, startTestStack, type CommandResult, type TestStack } from '../../fixtures/index.js';

const PIN = '30859100003';
const SIGNER = `pin:${PIN},email=kari@example.com`;

/** One sentence that says what to do, exit code 2, and neither a stack trace nor the identity number. */
function assertRefused({ exitCode, stdout, stderr }: CommandResult, why: RegExp, code = 2): void {
  assert.equal(exitCode, code, stderr);
  assert.match(stderr, why);
  assert.equal(stdout, '');
  assert.doesNotMatch(stderr, /^\s+at /mu, 'no stack trace');
  assert.ok(stderr.trim().split('\n').length <= 2, `one sentence, perhaps with a hint: ${stderr}`);
  assert.ok(!stderr.includes(PIN), 'the identity number is not repeated');
}

describe('wrong input gives one clear sentence and exit code 2', () => {
  let stack: TestStack;
  let pdf: string;

  before(async () => {
    stack = await startTestStack();
    pdf = join(stack.folder, 'agreement.pdf');
    writeFileSync(pdf, await makeAgreement());
  });
  after(() => stack.stop());

  const send = (...args: readonly string[]): Promise<CommandResult> => stack.signering('send', ...args);
  const sendPdf = (...args: readonly string[]): Promise<CommandResult> =>
    send(pdf, '--title', 'Agreement', '--signer', SIGNER, ...args);

  it('no such file', async () => {
    assertRefused(
      await send('missing.pdf', '--title', 'Agreement', '--signer', SIGNER),
      /missing\.pdf: there is no such file/u,
    );
  });

  it('not a PDF', async () => {
    const file = join(stack.folder, 'letter.pdf');
    writeFileSync(file, 'Dear Kari');
    assertRefused(await send(file, '--title', 'Agreement', '--signer', SIGNER), /letter\.pdf: .*PDF/u);
  });

  it('an encrypted PDF', async () => {
    const document = await PDFDocument.load(await makeAgreement());
    document.encrypt({ userPassword: 'read', ownerPassword: 'write' });
    const file = join(stack.folder, 'locked.pdf');
    writeFileSync(file, await document.save());
    assertRefused(
      await send(file, '--title', 'Agreement', '--signer', SIGNER),
      /locked\.pdf: .*protected with a password/u,
    );
  });

  it('eleven signers', async () => {
    const signers = Array.from({ length: 11 }, (_, index) => ['--signer', `email:s${index}@example.com`]);
    assertRefused(await send(pdf, '--title', 'Agreement', ...signers.flat()), /--signer: .*at most 10/u);
  });

  it('a title of 81 characters', async () => {
    assertRefused(
      await send(pdf, '--title', 'x'.repeat(81), '--signer', SIGNER),
      /--title: must have 1 to 80 characters/u,
    );
  });

  it('an unknown option, also one with an identity number in it', async () => {
    assertRefused(await sendPdf('--frobnicate'), /unknown option '--frobnicate'/u);
    assertRefused(await sendPdf(`--signr=${SIGNER}`), /unknown option/u);
  });

  it('invalid signers, each named by position and none quoted', async () => {
    const result = await send(pdf, '--title', 'Agreement', '--signer', PIN, '--signer', `pin:${PIN}0`);
    assertRefused(result, /--signer 1: .*--signer 2: /u);
  });

  it('a signer without an address who signs on behalf of OTHER', async () => {
    assertRefused(
      await send(pdf, '--title', 'Agreement', '--signer', `pin:${PIN},on-behalf-of=OTHER`),
      /--signer 1: .*OTHER/u,
    );
  });

  it('invalid durations and times', async () => {
    assertRefused(
      await sendPdf('--available-for', 'soon', '--activate-at', 'tomorrow'),
      /--available-for: .*14d.*--activate-at: .*2026/u,
    );
    assertRefused(await sendPdf('--available-for', '91d'), /--available-for: .*90 days/u);
    assertRefused(await sendPdf('--available-for', '0s'), /--available-for: .*from 1 to 7776000/u);
  });

  it('signers and titles that break a rule of the service, before anything is stored', async () => {
    const stored = (): readonly string[] =>
      readdirSync(stack.env['SIGNERING_STORAGE']!, { recursive: true, encoding: 'utf8' }).sort();
    const before = stored();
    const mistyped = `${PIN.slice(0, 10)}${(Number(PIN[10]) + 1) % 10}`;
    const result = await send(pdf, '--title', 'A', '--signer', `pin:${mistyped},email=kari@example.com`);
    assertRefused(result, /--signer 1: is not a national identity number, because its date or check digits/u);
    assert.ok(!result.stderr.includes(mistyped));
    const phones = ['--signer', 'mobile:+4799999999', '--signer', 'mobile:004799999999'];
    assertRefused(
      await send(pdf, '--title', 'A', ...phones),
      /--signer 2: is the same person or address as --signer 1/u,
    );
    assertRefused(
      await send(pdf, '--title', 'A', '--signer', 'email:a@b..com'),
      /--signer 1: must be a single email address/u,
    );
    assertRefused(await send(pdf, '--title', '\u200E', '--signer', SIGNER), /--title: must not be blank/u);
    const file = join(stack.folder, 'a\u000Bb.pdf');
    writeFileSync(file, readFileSync(pdf));
    assertRefused(
      await send(file, '--title', 'A', '--signer', SIGNER),
      /a\\u000bb\.pdf: the file's own name must not contain control characters; rename the file/u,
    );
    assert.deepEqual(stored(), before);
  });

  it('local times that are skipped or repeated by a clock change', async () => {
    const args = ['send', pdf, '--title', 'A', '--signer', SIGNER, '--activate-at'];
    const env = { ...stack.env, TZ: 'Europe/Oslo' };
    for (const [time, why] of [
      ['2027-03-28T02:30', /--activate-at: does not exist in local time.*\+01:00 or 2027.*\+02:00/u],
      ['2027-10-31T02:30', /--activate-at: exists twice in local time.*\+02:00 or 2027.*\+01:00/u],
    ] as const) {
      assertRefused(await runSignering({ args: [...args, time], env, cwd: stack.folder }), why);
    }
  });

  it('a reference with an identity number in it', async () => {
    assertRefused(await sendPdf('--reference', `job ${PIN}`), /--reference: .*national identity number/u);
  });

  it('a used reference with other content', async () => {
    const first = await sendPdf('--reference', 'used', '--json');
    assert.equal(first.exitCode, 0, first.stderr);
    const again = await sendPdf('--reference', 'used', '--json');
    assert.match(again.stdout, /"existing":true/u);
    const inWords = await sendPdf('--reference', 'used');
    assert.match(inWords.stdout, /used already belongs to this job: nothing was sent again/u);
    assertRefused(
      await send(pdf, '--title', 'Another', '--signer', SIGNER, '--reference', 'used'),
      /REFERENCE_IN_USE/u,
    );
  });

  it('an unused reference', async () => {
    for (const [command, ...more] of [
      ['status'],
      ['watch'],
      ['cancel'],
      ['redirect-url', '--signer', '1'],
      ['returned', 'token'],
    ]) {
      assertRefused(await stack.signering(command!, 'nobody', ...more), /no job with reference "nobody"/u);
    }
  });

  it('a state that does not exist', async () => {
    assertRefused(await stack.signering('list', '--state', 'LOST'), /Allowed choices are CREATING/u);
  });

  it('options and signers of the other flow', async () => {
    const direct = (...args: readonly string[]): Promise<CommandResult> =>
      send(pdf, '--title', 'Agreement', '--direct', ...args);
    const exit = ['--exit-url', 'https://shop.example/exit'];
    assertRefused(
      await direct(
        '--signer',
        SIGNER,
        '--signer',
        'email:ola@example.com',
        '--available-for',
        '14d',
        ...exit,
      ),
      /--available-for: belongs to the portal flow.*--signer 1: email= belongs to the portal.*--signer 2: .*contact inf/u,
    );
    assertRefused(
      await direct('--signer', `pin:${PIN},order=1`, ...exit),
      /--signer 1: order= belongs to the portal/u,
    );
    assertRefused(
      await direct('--signer', 'id:A', '--activate-at', '2026-12-01T08:00', ...exit),
      /--activate-at/u,
    );
    assertRefused(await direct('--signer', 'id:A', '--queue', 'own', ...exit), /--queue: .*add --polling/u);
    assertRefused(await direct('--signer', 'id:A'), /--exit-url: must be given with --direct/u);
    assertRefused(
      await sendPdf(...exit, '--polling'),
      /--exit-url: .*add --direct.*--polling: .*add --direct/u,
    );
    assertRefused(
      await send(pdf, '--title', 'Agreement', '--signer', 'id:CUSTOMER-1'),
      /--signer 1: id: .*add --direct/u,
    );
    assertRefused(await stack.signering('demo', '--interactive'), /--interactive: .*add --direct/u);
  });

  it('invalid exit URLs, the same one reported once', async () => {
    const args = ['--title', 'Agreement', '--direct', '--signer', 'id:CUSTOMER-1'];
    const once = await send(pdf, ...args, '--exit-url', 'shop.example');
    assertRefused(once, /--exit-url: must be an absolute https/u);
    assert.equal(once.stderr.split('absolute https').length, 2, once.stderr);
    assertRefused(
      await send(pdf, ...args, '--exit-url', 'https://shop.example', '--error-url', 'ftp://shop.example'),
      /cannot be sent: --error-url: must be an absolute https/u,
    );
  });

  it('an identity number as the sender’s own identifier', async () => {
    assertRefused(
      await send(pdf, '--title', 'A', '--direct', '--signer', `id:${PIN}`, '--exit-url', 'https://a.example'),
      /--signer 1: must not contain a national identity number/u,
    );
  });

  it('an invalid signer, and text without a token', async () => {
    for (const signer of ['0', 'pin:123', 'CUSTOMER-1', 'id:']) {
      assertRefused(
        await stack.signering('redirect-url', 'any', '--signer', signer),
        /--signer: must be the n/u,
      );
    }
    for (const pasted of ['https://shop.example/exit', 'the page was gone', 'a%b']) {
      assertRefused(
        await stack.signering('returned', 'any', pasted),
        /ADDRESS-OR-TOKEN: must be an exit URL/u,
      );
    }
  });

  it('files with the same name, and a file name that contains an identity number', async () => {
    mkdirSync(join(stack.folder, 'second'), { recursive: true });
    const second = join(stack.folder, 'second', 'agreement.pdf');
    const named = join(stack.folder, `${PIN}.pdf`);
    for (const file of [second, named]) writeFileSync(file, await makeAgreement());
    const result = await sendPdf(second, named);
    assertRefused(result, /title of \S*second\/agreement\.pdf: is the same as that of .* rename the file/u);
    assertRefused(result, /30\*{9}\.pdf: the file's own name .*national identity number.*; rename the file/u);
  });

  it('an unknown namespace', async () => {
    const env = { ...stack.env, TEMPORAL_NAMESPACE: 'nowhere' };
    for (const args of [['list'], ['worker']]) {
      assertRefused(
        await runSignering({ args, env, cwd: stack.folder }),
        /namespace.* Register it, or correct TEMPORAL_NAMESPACE/u,
      );
    }
  });

  it('Temporal not running, with exit code 75', async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    for (const args of [['list'], ['worker']]) {
      const env = { ...stack.env, TEMPORAL_ADDRESS: nobody };
      assertRefused(
        await runSignering({ args, env, cwd: stack.folder }),
        /Temporal at 127\.0\.0\.1:\d+.*npm start/u,
        75,
      );
    }
  });

  it('a wrong certificate password', async () => {
    const env = { ...stack.env, SIGNERING_CERTIFICATE_PASSWORD: 'wrong' };
    const result = await runSignering({ args: ['worker'], env, cwd: stack.folder });
    assertRefused(result, /password/u);
    assert.ok(!result.stderr.includes('"wrong"'));
  });

  it('an expired certificate', async () => {
    const authority = await createCertificateAuthority();
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: '312345676',
      name: 'Sender AS',
      notBefore: new Date('2024-01-01T00:00:00Z'),
      notAfter: new Date('2025-01-01T00:00:00Z'),
    });
    const file = join(stack.folder, 'expired.p12');
    writeFileSync(file, issued.pkcs12({ password: 'secret' }));
    const env = { ...stack.env, SIGNERING_CERTIFICATE: file, SIGNERING_CERTIFICATE_PASSWORD: 'secret' };
    assertRefused(await runSignering({ args: ['worker'], env, cwd: stack.folder }), /expired/u);
    const out = join(stack.folder, 'out.asice');
    const args = ['package', pdf, '--title', 'A', '--signer', SIGNER, '--out', out];
    assertRefused(await runSignering({ args, env, cwd: stack.folder }), /expired/u);
  });

  it('missing settings, all named together', async () => {
    const { PATH } = process.env;
    const result = await runSignering({ args: ['worker'], env: { PATH }, cwd: stack.folder });
    assertRefused(
      result,
      /no stack was started in this folder: .*\n.*SIGNERING_ORGANIZATION: .*SIGNERING_STORAGE: .*SIGNERING_CERTIFICATE: .*SIGNERING_KEYS: /u,
    );
  });

  it('a package that cannot be written', async () => {
    const out = join(stack.folder, 'no', 'such', 'folder.asice');
    assertRefused(
      await stack.signering('package', pdf, '--title', 'A', '--signer', SIGNER, '--out', out),
      /--out .*ENOENT/u,
    );
  });

  it('a package with the name of an existing file, such as the document itself', async () => {
    const before = readFileSync(pdf);
    assertRefused(
      await stack.signering('package', pdf, '--title', 'A', '--signer', SIGNER, '--out', pdf),
      /--out .*exists and is not overwritten/u,
    );
    assert.ok(readFileSync(pdf).equals(before));
  });

  it('a request that the sector in the settings does not allow, in send and in package', async () => {
    const env = { ...stack.env, SIGNERING_SECTOR: 'PRIVATE' };
    const out = join(stack.folder, 'sector.asice');
    for (const command of [['send'], ['package', '--out', out]]) {
      const args = [...command, pdf, '--title', 'A', '--signer', `pin:${PIN}`];
      assertRefused(
        await runSignering({ args, env, cwd: stack.folder }),
        /--signer 1: is for public senders only/u,
      );
    }
    // The sector of another sender is not known.
    const args = ['package', pdf, '--title', 'A', '--signer', `pin:${PIN}`, '--sender', '310456780'];
    const forOther = await runSignering({ args: [...args, '--out', out], env, cwd: stack.folder });
    assert.equal(forOther.exitCode, 0, forOther.stderr);
  });

  it('files for the demo that cannot be signed, before the stack is started', async () => {
    assertRefused(await stack.signering('demo', 'missing.pdf'), /missing\.pdf: there is no such file/u);
  });

  it('a sandbox on an invalid port, or with an invalid number of calls', async () => {
    assertRefused(await stack.signering('sandbox', '--port', '70000'), /--port: must be a number/u);
    for (const calls of ['0', 'none', '-1', '1.5']) {
      const started = await stack.signering('sandbox', `--calls-per-second=${calls}`);
      assertRefused(started, /--calls-per-second: must be a number from 1 to 999999, or unlimited/u);
    }
  });
});
