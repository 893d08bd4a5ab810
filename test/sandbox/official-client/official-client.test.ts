import assert from 'node:assert/strict';
import { requireJavaJudge } from '../../java-judge.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';
import { driveOfficialClient, OFFICIAL_CLIENT, type Step } from './official-client.js';

interface AdminJob {
  readonly signatureJobId: string;
  readonly reference?: string;
  readonly pades?: { readonly sha256: string };
  readonly signers: readonly { readonly xades?: { readonly sha256: string } }[];
}

describe('the unmodified official Java client', () => {
  let sandbox: TestSandbox;
  before(function () {
    requireJavaJudge(this, OFFICIAL_CLIENT);
  });
  beforeEach(async () => {
    sandbox = await startTestSandbox();
  });
  afterEach(async () => await sandbox.close());

  const factsOf = (steps: readonly Step[], name: string): Step['facts'] => {
    const found = steps.find(({ step }) => step === name);
    assert.ok(found, `${name} is missing in ${JSON.stringify(steps)}`);
    return found.facts;
  };
  const job = async (reference: string): Promise<AdminJob> => {
    const { jobs } = (await sandbox.admin('GET', '/jobs')) as { readonly jobs: readonly AdminJob[] };
    const { signatureJobId } = jobs.find((one) => one.reference === reference)!;
    return (await sandbox.admin('GET', `/jobs/${signatureJobId}`)) as AdminJob;
  };
  const assertSameDocuments = (steps: readonly Step[], { pades, signers }: AdminJob): void => {
    assert.equal(factsOf(steps, 'pades')['sha256'], pades?.sha256);
    assert.deepEqual(
      steps.filter(({ step }) => step === 'xades').map(({ facts }) => facts['sha256']),
      signers.map(({ xades }) => xades?.sha256),
    );
  };

  it('completes the portal flow: create, poll, download, confirm, archive, cancel', async () => {
    const { organizationNumber } = sandbox.sandbox().announcement;
    await sandbox.admin('PUT', `/organizations/${organizationNumber}`, { longTermStorage: true });
    const steps = await driveOfficialClient(sandbox, 'portal');
    assert.deepEqual(factsOf(steps, 'empty'), { status: 'NO_CHANGES', nextPoll: 'true' });
    assert.deepEqual(factsOf(steps, 'changed'), {
      status: 'IN_PROGRESS',
      reference: 'official-portal',
      first: 'SIGNED',
      cancellable: 'true',
    });
    assert.deepEqual(factsOf(steps, 'done'), {
      status: 'COMPLETED_SUCCESSFULLY',
      completed: 'true',
      second: 'SIGNED',
    });
    const ours = await job('official-portal');
    assert.equal(factsOf(steps, 'created')['id'], ours.signatureJobId);
    assertSameDocuments(steps, ours);
    assert.equal(factsOf(steps, 'archived')['sha256'], ours.pades?.sha256);
    assert.deepEqual(factsOf(steps, 'cancelled'), { status: 'FAILED', signer: 'CANCELLED' });
  });

  it('completes the direct flow: create, new redirect URL, status by token and by polling, download, confirm, delete', async () => {
    const steps = await driveOfficialClient(sandbox, 'direct');
    assert.deepEqual(factsOf(steps, 'renewed'), { other: 'true' });
    assert.deepEqual(factsOf(steps, 'done'), {
      status: 'COMPLETED_SUCCESSFULLY',
      completed: 'true',
      signer: 'SIGNED',
      reference: 'official-direct',
    });
    assertSameDocuments(steps, { ...(await job('official-direct')) });
    assert.deepEqual(factsOf(steps, 'polled'), { status: 'FAILED', kari: 'NOT_APPLICABLE', ola: 'REJECTED' });
    assert.deepEqual(factsOf(steps, 'empty'), { status: 'NO_CHANGES' });
    factsOf(steps, 'deleted');
  });

  it('understands the errors, and unknown elements', async () => {
    await sandbox.close();
    sandbox = await startTestSandbox({ emptyQueueWaitMs: 60_000 });
    const steps = await driveOfficialClient(sandbox, 'errors');
    const failures = {
      broker: 'BrokerNotAuthorizedException',
      package: 'UnexpectedResponseException',
      cancel: 'JobCannotBeCancelledException',
      tooEarly: 'CantQueryStatusException',
      wrongToken: 'InvalidStatusQueryTokenException',
      archive: 'UnexpectedResponseException',
      tooEager: 'TooEagerPollingException',
    };
    for (const [step, failure] of Object.entries(failures)) {
      assert.equal(factsOf(steps, step)['failure'], failure, step);
    }
    assert.match(factsOf(steps, 'package')['message'] ?? '', /ASICE_VALIDATION_FAILED/u);
    assert.match(factsOf(steps, 'archive')['message'] ?? '', /ARCHIVED_DOCUMENT_NOT_FOUND/u);
    assert.equal(factsOf(steps, 'later')['status'], 'FAILED');
  });
});
