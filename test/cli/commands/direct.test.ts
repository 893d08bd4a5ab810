import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import type { SignerReturnedAnswer, StartedDirectJob } from '@signering/client';
import type { SigningResult } from '@signering/contract';
import { readDocumentPackage } from '@signering/document-package';
import { Visitor } from '../../sandbox/stage/visitor.js';
import { runSignering, startTestStack, waitFor, type TestStack } from '../../fixtures/index.js';

const PIN = syntheticIdentityNumber({ day: 30, month: 5, year: 91 });
const EXIT_URL = 'https://shop.example/exit?order=17';

describe('the signering command in the direct flow', () => {
  let stack: TestStack;
  let pdf: string;

  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    pdf = join(stack.folder, 'agreement.pdf');
    writeFileSync(pdf, await makeAgreement());
  });
  after(() => stack.stop());

  const sendArguments = (reference: string, ...more: readonly string[]) =>
    ['send', pdf, '--title', 'Agreement', '--reference', reference, '--direct', ...more] as const;
  const send = (reference: string, ...more: readonly string[]) =>
    stack.signering(...sendArguments(reference, ...more));

  /** Visits a ceremony and does there what a person would; answers the exit URL. */
  async function visit(redirectUrl: string, act: 'sign' | 'reject'): Promise<string> {
    const browser = new Visitor(redirectUrl);
    const ceremony = await browser.open(redirectUrl);
    assert.equal(ceremony.status, 200, ceremony.text);
    const fields = act === 'sign' ? { person: PIN, consent: 'yes' } : {};
    return (await browser.send(`${ceremony.url}/${act}`, fields)).url;
  }

  it('asks to repeat the command when no worker created the job in time; repeating it gives the same job', async () => {
    const args = sendArguments('later', '--signer', 'id:CUSTOMER-1', '--exit-url', EXIT_URL);
    const env = { ...stack.env, SIGNERING_CLIENT_TIMEOUT: '15' };
    const later = await runSignering({ args, env, cwd: stack.folder });
    assert.equal(later.exitCode, 75);
    assert.match(later.stderr, /"later" was accepted, .* Repeat the request .* \[JOB_NOT_CREATED_YET\]/u);
    await stack.startWorker();
    const again = await stack.signering(...args);
    assert.equal(again.exitCode, 0, again.stderr);
    assert.match(again.stdout, /later already belongs to this job[\s\S]*signer 1\s+http/u);
    assert.equal((await stack.admin.jobs()).length, 1);
  });

  it('prints the redirect URL of each signer, and passes on the tokens of returned browsers', async () => {
    const sent = await send(
      ...['lease', '--signer', `pin:${PIN}`, '--signer', 'id:CUSTOMER-2', '--exit-url', EXIT_URL],
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    const [first, second] = [...sent.stdout.matchAll(/^ {2}signer (\d)\s+(http\S+)$/gmu)];
    assert.deepEqual([first?.[1], second?.[1]], ['1', '2'], sent.stdout);
    assert.match(
      sent.stdout,
      /npx signering redirect-url --signer 1 lease\n[\s\S]*npx signering watch lease\n$/u,
    );

    const status = await stack.signering('status', 'lease');
    assert.match(
      status.stdout,
      /signer 1 {2}30\*{9} {2}pending until [\s\S]*signer 2 {2}CUSTOMER-2 {2,}pending/u,
    );
    const listed = await waitFor(
      async () => {
        const { stdout } = await stack.signering('list');
        return /^lease {2}direct {2}job \d+: waiting for signers \(until .*\)$/mu.exec(stdout);
      },
      { what: 'the job is listed with its flow' },
    );
    assert.ok(listed);

    const early = await stack.signering('returned', 'lease', '-guessed');
    assert.equal(early.exitCode, 75, early.stderr);
    assert.match(early.stderr, /SIGNING_CEREMONY_NOT_COMPLETED/u);
    assert.ok(!early.stderr.includes('guessed'));

    const exit = await visit(first![2]!, 'sign');
    const half = await stack.signering('returned', 'lease', exit);
    assert.equal(half.exitCode, 0, half.stderr);
    assert.match(
      half.stdout,
      /waiting for signers\n.*signer 1 .*SIGNED.*\n.*signer 2 {2}CUSTOMER-2 {2,}WAITING\n/u,
    );

    const fresh = await stack.signering('redirect-url', 'lease', '--signer', 'id:CUSTOMER-2');
    assert.equal(fresh.exitCode, 0, fresh.stderr);
    assert.match(fresh.stdout, /^http\S+\n$/u);
    const stale = await new Visitor(second![2]!).open(second![2]!);
    assert.equal(stale.status, 403, 'a fresh redirect URL ends the older one');
    const token = new URL(await visit(fresh.stdout.trim(), 'sign')).searchParams.get('status_query_token')!;
    const all = await stack.signering('returned', 'lease', token, '--json');
    assert.equal((JSON.parse(all.stdout) as SignerReturnedAnswer).outcome, 'SIGNED', all.stderr);

    const watched = await stack.signering('watch', 'lease');
    assert.equal(watched.exitCode, 0, watched.stderr);
    assert.match(watched.stdout, /signed by all[\s\S]*signed\.pdf[\s\S]*xades-1\.xml[\s\S]*xades-2\.xml/u);
    const late = await stack.signering('returned', 'lease', exit);
    assert.match(late.stdout, /signed by all/u, late.stderr);
    const said = [sent, status, half, fresh, all, watched, late]
      .map(({ stdout, stderr }) => stdout + stderr)
      .join();
    assert.ok(!said.includes(PIN));
    assert.ok(!said.includes(token));
  });

  it('rejects the cancellation of a direct job with exit code 2', async () => {
    const sent = await send('stays', '--signer', 'id:CUSTOMER-1', '--exit-url', EXIT_URL);
    assert.equal(sent.exitCode, 0, sent.stderr);
    const cancelled = await stack.signering('cancel', 'stays');
    assert.equal(cancelled.exitCode, 2);
    assert.match(cancelled.stderr, /NOT_IN_THIS_FLOW/u);
    assert.equal(cancelled.stdout, '');
  });

  it('prints no redirect URL in the portal flow', async () => {
    const sent = await stack.signering(
      ...['send', pdf, '--title', 'Agreement', '--reference', 'portal', '--signer', 'email:ola@example.com'],
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    for (const args of [
      ['redirect-url', 'portal', '--signer', '1'],
      ['returned', 'portal', 'token'],
    ]) {
      const refused = await stack.signering(...args);
      assert.equal(refused.exitCode, 2, refused.stderr);
      assert.match(refused.stderr, /NOT_IN_THIS_FLOW/u);
    }
  });

  it('prints the redirect URLs before it waits, and sends each outcome to its own exit URL', async () => {
    const waiting = send(
      ...['waited', '--signer', 'id:CUSTOMER-1', '--polling', '--wait', '--json'],
      ...['--exit-url', EXIT_URL, '--rejection-url', 'https://shop.example/rejected'],
    );
    const redirectUrl = await waitFor(
      async () => {
        const { stdout } = await stack.signering('redirect-url', 'waited', '--signer', '1');
        return stdout.trim() !== '' && stdout.trim();
      },
      { what: 'the job is there' },
    );
    assert.match(
      await visit(redirectUrl, 'reject'),
      /^https:\/\/shop\.example\/rejected\?status_query_token=/u,
    );
    const { exitCode, stdout, stderr } = await waiting;
    assert.equal(exitCode, 0, stderr);
    const [started, ended] = stdout.trim().split('\n');
    const { redirects } = JSON.parse(started!) as StartedDirectJob;
    assert.match(redirects[0]!.redirectUrl, /^http/u);
    assert.equal((JSON.parse(ended!) as SigningResult).outcome, 'REJECTED', 'its queue has told');
    const again = await send('waited', '--signer', 'id:CUSTOMER-1', '--polling', '--exit-url', EXIT_URL);
    assert.doesNotMatch(again.stderr, /REFERENCE_IN_USE/u, 'other exit URLs are the same content');
  });

  it('writes the document package that would be sent', async () => {
    const out = join(stack.folder, 'direct.asice');
    const { exitCode, stderr } = await stack.signering(
      ...['package', pdf, '--title', 'Agreement', '--direct', '--signer', 'id:CUSTOMER-1', '--out', out],
    );
    assert.equal(exitCode, 0, stderr);
    const { manifest } = await readDocumentPackage(readFileSync(out));
    assert.match(manifest.toString(), /direct-signature-job-manifest[\s\S]*CUSTOMER-1/u);
  });
});
