import assert from 'node:assert/strict';
import { z } from 'zod';
import { startTestStack, type TestStack } from '../../fixtures/index.js';

const Report = z.object({
  exitCode: z.number(),
  checks: z.array(z.looseObject({ check: z.string(), verdict: z.string() })),
});

describe('signering doctor on a whole stack', () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
  });
  after(() => stack.stop());

  it('reports only the missing worker without one', async () => {
    const { exitCode, stdout } = await stack.signering('doctor');
    assert.equal(exitCode, 75, stdout);
    assert.deepEqual(stdout.split('\n').filter((line) => /^[✘–]/u.test(line)).length, 1, stdout);
    assert.match(stdout, /^✘ Worker +No worker polls/mu);
    assert.match(stdout, /^ +→ Start one with these settings: signering worker$/mu);
    assert.match(stdout, /^1 of 17 checks failed\.$/mu);
  });

  it('passes every check with a worker: exit code 0, no colours, and no secret', async () => {
    await stack.startWorker();
    const { exitCode, stdout, stderr } = await stack.signering('doctor');
    assert.equal(exitCode, 0, stdout);
    assert.equal(stdout.match(/^✔ /gmu)?.length, 17, stdout);
    assert.match(stdout, /^Everything is in order\.$/mu);
    assert.ok(!stdout.includes('\u001B'), 'no colours');
    assert.equal(stderr, '');
    const [, key] = stack.env['SIGNERING_KEYS']?.split(':') ?? [];
    for (const secret of [key, stack.env['SIGNERING_CERTIFICATE_PASSWORD']]) {
      assert.ok(secret !== undefined && !stdout.includes(secret), 'no secret');
    }
  });

  it('reports the same as JSON', async () => {
    const { exitCode, stdout } = await stack.signering('doctor', '--json');
    const report = Report.parse(JSON.parse(stdout));
    assert.equal(exitCode, report.exitCode);
    assert.deepEqual(
      report.checks.map(({ check, verdict }) => [check, verdict]),
      [
        'settings',
        'certificate',
        'trust',
        'service',
        'clock',
        'authorisation',
        'memory',
        'emails',
        'storage',
        'keys',
        'temporal',
        'namespace',
        'searchAttributes',
        'worker',
        'taskQueues',
        'fairness',
        'readableJobs',
      ].map((name) => [name, 'PASSED']),
    );
  });

  it('checks neither certificate nor service for a client', async () => {
    const { exitCode, stdout } = await stack.signering('doctor', '--client');
    assert.equal(exitCode, 0, stdout);
    assert.equal(stdout.match(/^✔ /gmu)?.length, 10, stdout);
    assert.doesNotMatch(stdout, /Certificate|Trusted|API|Clock|Authorisation/u);
  });

  it('prints failures on standard output, and nothing on standard error', async () => {
    const { exitCode, stdout, stderr } = await stack.signering('doctor');
    assert.equal(exitCode, 0);
    assert.equal(stderr, '');
    assert.ok(stdout.split('\n').every((line) => line.length <= 80 || !line.trim().includes(' ')));
  });
});
