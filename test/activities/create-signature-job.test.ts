import assert from 'node:assert/strict';
import type { DocumentRef } from '@signering/contract';
import {
  createCreateSignatureJobActivity,
  type CreateSignatureJobInput,
} from '@signering/activities/internal/create-signature-job.js';
import { claimOf } from '@signering/activities/internal/recorded-job.js';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import type { SigningApi } from '@signering/signing-api';
import { openFileStorage, type Storage } from '@signering/storage';
import { startTestService, type Answer, type TestService } from '../signing-api/test-service.js';
import { freshFolder, waitFor } from '../fixtures/index.js';
import { runAttempt } from './activity-stage.js';
import { createInput, ORGANIZATION } from './signing-input.js';

const madeJob =
  (jobId: string): Answer =>
  (response) =>
    response.end(
      '<portal-signature-job-response xmlns="http://signering.posten.no/schema/v1">' +
        `<signature-job-id>${jobId}</signature-job-id>` +
        '<cancellation-url>https://localhost/cancel</cancellation-url></portal-signature-job-response>',
    );

describe('an attempt to create a signature job', () => {
  let service: TestService;
  let storage: Storage;
  let document: DocumentRef;
  const encryption = createJsonEncryption(parseKeys(formatKeys([generateKey('test-1')])));
  let create: ReturnType<typeof activityOf>;

  before(async () => {
    service = await startTestService();
    storage = await openFileStorage({ root: freshFolder('create') });
    document = await storage.documents.put(Buffer.from('%PDF-1.4'), {
      name: 'avtale.pdf',
      mediaType: 'application/pdf',
    });
    create = activityOf(service.api);
  });

  after(() => service.stop());

  const activityOf = (
    { portal, direct }: Pick<SigningApi, 'portal' | 'direct'>,
    { sender = ORGANIZATION, ledger = storage.ledger }: { sender?: string; ledger?: Storage['ledger'] } = {},
  ) => {
    const { createSignatureJob } = createCreateSignatureJobActivity({
      ...storage,
      ledger,
      portal,
      direct,
      encryption,
      ambiguousCreate: 'retry',
      senders: new Set([sender]),
    });
    return (
      input: CreateSignatureJobInput,
      { attempt = 1, passedOn = [] as unknown[], heartbeatTimeoutMs = 10_000 } = {},
    ) => runAttempt(createSignatureJob, input, { attempt, passedOn, heartbeatTimeoutMs });
  };

  const entryOf = (reference: string) => storage.ledger.find({ organizationNumber: ORGANIZATION, reference });

  /** Sends a job, and answers when that is about to be answered. */
  async function sendAndHold(reference: string, sendAgainAfter?: number) {
    let release: (answer: Answer) => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      service.answer = (response, request) => {
        release = (answer) => answer(response, request);
        resolve();
      };
    });
    const result = create(createInput(reference, document, sendAgainAfter));
    await held;
    return { result, answer: release };
  }

  it('that was marked AMBIGUOUS and then made a job prevents another one', async () => {
    const { result, answer } = await sendAndHold('late');
    const doubted = await create(createInput('late', document));
    assert.equal(doubted.kind, 'AMBIGUOUS');
    answer(madeJob('11'));
    await result;
    const sentSoFar = service.requests.length;
    const again = await create(createInput('late', document, 1));
    assert.equal(again.kind === 'CREATED' && again.signatureJobId, '11');
    assert.deepEqual(again.ambiguousAttempts, []);
    assert.equal(service.requests.length, sentSoFar);
  });

  it('whose answer arrives after another one made a job stays AMBIGUOUS, and names its job', async () => {
    const late = await sendAndHold('twice');
    await create(createInput('twice', document));
    service.answer = madeJob('21');
    await create(createInput('twice', document, 1));
    late.answer(madeJob('22'));
    const result = await late.result;
    assert.equal(result.kind === 'CREATED' && result.signatureJobId, '21');
    assert.match(result.ambiguousAttempts[0]?.reason ?? '', /it made job 22 as well/u);
    assert.equal((await entryOf('twice'))?.created?.signatureJobId, '21');
  });

  it('of a row of a batch goes behind the calls for which people wait', async () => {
    const seen: unknown[] = [];
    const portal: SigningApi['portal'] = {
      ...service.api.portal,
      createSignatureJob: (job, options) => {
        seen.push(options?.priority);
        return service.api.portal.createSignatureJob(job, options);
      },
    };
    const createSignatureJob = activityOf({ ...service.api, portal });
    service.answer = madeJob('41');
    await createSignatureJob(createInput('of-a-person', document));
    const { sendAgainAfter: _, ...row } = createInput('of-a-batch', document);
    await storage.ledger.claim({ ...(await claimOf(row, encryption)), batch: 'leases' });
    await createSignatureJob(createInput('of-a-batch', document));
    assert.deepEqual(seen, [undefined, 'BULK']);
  });

  it('that the rate limiter rejects is not recorded in the ledger', async () => {
    const busy = await startTestService({ api: { rateLimit: { callsPerSecond: 0.01, maxWaitMs: 500 } } });
    try {
      const createSignatureJob = activityOf(busy.api);
      busy.answer = madeJob('31');
      await createSignatureJob(createInput('has-a-turn', document));
      await assert.rejects(createSignatureJob(createInput('no-turn', document)), { code: 'RATE_LIMITED' });
      assert.deepEqual((await entryOf('no-turn'))?.attempts, []);
      assert.equal((await entryOf('has-a-turn'))?.attempts.length, 1);
    } finally {
      await busy.stop();
    }
  });

  it('in doubt waits for an operator when the settings no longer name the sender', async () => {
    const withoutSender = activityOf(service.api, { sender: '987654325' });
    await assert.rejects(withoutSender(createInput('not-named', document)), { code: 'SENDER_NOT_ALLOWED' });
    service.answer = (response) => response.socket?.destroy();
    assert.equal((await create(createInput('removed', document))).kind, 'AMBIGUOUS');
    const sentSoFar = service.requests.length;
    const again = await withoutSender(createInput('removed', document, 1));
    assert.equal(again.kind === 'AMBIGUOUS' && again.policy, 'ask');
    assert.equal(service.requests.length, sentSoFar);
  });

  it('that was refused is dropped by the next one, so that an outage of days does not fill the ledger', async () => {
    service.answer = (response) => response.socket?.destroy();
    const doubted = await create(createInput('outage', document));
    assert.equal(doubted.kind === 'AMBIGUOUS' && doubted.lastAttempt, 1);
    service.answer = (response) => response.writeHead(403).end();
    for (let times = 0; times < 3; times += 1) {
      await assert.rejects(create(createInput('outage', document, 1)), { code: 'REQUEST_REFUSED' });
    }
    assert.deepEqual(
      (await entryOf('outage'))?.attempts.map(({ attempt, outcome }) => [attempt, outcome]),
      [
        [1, 'AMBIGUOUS'],
        [4, 'REFUSED'],
      ],
    );
    service.answer = (response) => response.socket?.destroy();
    const again = await create(createInput('outage', document, 1));
    assert.equal(again.kind === 'AMBIGUOUS' && again.lastAttempt, 5);
  });

  /** A ledger whose storage fails at these writes of an entry, counted from 1, before or after they take effect. */
  function failingLedger(failures: Readonly<Record<number, 'BEFORE' | 'AFTER'>>): Storage['ledger'] {
    let writes = 0;
    const { ledger } = storage;
    return Object.assign(Object.create(ledger) as Storage['ledger'], {
      claim: ledger.claim.bind(ledger),
      find: ledger.find.bind(ledger),
      advance: async (...args: Parameters<Storage['ledger']['advance']>) => {
        writes += 1;
        const failure = failures[writes];
        const written = failure === 'BEFORE' ? undefined : await ledger.advance(...args);
        if (written !== undefined && failure === undefined) return written;
        throw new SigningError('STORAGE_UNAVAILABLE', 'The storage does not answer');
      },
    });
  }

  it('whose answer the storage does not take is recorded later, and not sent again', async () => {
    for (const when of ['BEFORE', 'AFTER'] as const) {
      const input = createInput(`answered-${when}`, document);
      const passedOn: unknown[] = [];
      service.answer = madeJob('51');
      const first = activityOf(service.api, { ledger: failingLedger({ 2: when }) });
      const unavailable = { code: 'STORAGE_UNAVAILABLE' };
      await assert.rejects(first(input, { passedOn }), unavailable);
      const sentSoFar = service.requests.length;
      if (when === 'BEFORE') {
        const second = activityOf(service.api, { ledger: failingLedger({ 1: 'BEFORE' }) });
        await assert.rejects(second(input, { attempt: 2, passedOn }), unavailable);
      }
      const result = await create(input, { attempt: 3, passedOn });
      assert.equal(result.kind === 'CREATED' && result.signatureJobId, '51');
      assert.deepEqual(result.ambiguousAttempts, []);
      assert.equal(service.requests.length, sentSoFar);
    }
  });

  it('that was not sent, because the storage failed at its start, is not in doubt', async () => {
    for (const when of ['BEFORE', 'AFTER'] as const) {
      const input = createInput(`not-sent-${when}`, document);
      const passedOn: unknown[] = [];
      const sentSoFar = service.requests.length;
      const first = activityOf(service.api, { ledger: failingLedger({ 1: when }) });
      await assert.rejects(first(input, { passedOn }), { code: 'STORAGE_UNAVAILABLE' });
      assert.equal(service.requests.length, sentSoFar);
      service.answer = madeJob('61');
      const result = await create(input, { attempt: 2, passedOn });
      assert.equal(result.kind === 'CREATED' && result.signatureJobId, '61');
      assert.deepEqual(result.ambiguousAttempts, []);
    }
  });

  it('whose worker dies while it is sent is in doubt, also after a heartbeat during the record of its start', async () => {
    const { ledger } = storage;
    const passedOn: unknown[] = [];
    const slow = Object.assign(failingLedger({}), {
      advance: async (...args: Parameters<Storage['ledger']['advance']>) => {
        const written = await ledger.advance(...args);
        await waitFor(() => passedOn.length > 1, { what: 'a heartbeat during the write' });
        return written;
      },
    });
    let answer = (): void => undefined;
    const sent = new Promise<void>((resolve) => {
      service.answer = (response, request) => {
        answer = () => madeJob('91')(response, request);
        resolve();
      };
    });
    const input = createInput('dies-while-sent', document);
    const dying = activityOf(service.api, { ledger: slow })(input, { passedOn, heartbeatTimeoutMs: 60 });
    await sent;
    const atDeath = [...passedOn];
    assert.equal((await create(input, { attempt: 2, passedOn: atDeath })).kind, 'AMBIGUOUS');
    answer();
    await dying;
  });

  it('that was refused while the storage failed is not in doubt', async () => {
    const passedOn: unknown[] = [];
    service.answer = (response) => response.writeHead(403).end();
    const failing = activityOf(service.api, { ledger: failingLedger({ 2: 'BEFORE' }) });
    await assert.rejects(failing(createInput('refused', document), { passedOn }), {
      code: 'STORAGE_UNAVAILABLE',
    });
    service.answer = madeJob('71');
    const result = await create(createInput('refused', document), { attempt: 2, passedOn });
    assert.deepEqual(
      [result.kind === 'CREATED' && result.signatureJobId, result.ambiguousAttempts],
      ['71', []],
    );
  });

  it('in doubt by what another build passed on, in a shape that this one does not know, stays in doubt', async () => {
    service.answer = madeJob('81');
    const failing = activityOf(service.api, { ledger: failingLedger({ 2: 'BEFORE' }) });
    await assert.rejects(failing(createInput('other-build', document)), { code: 'STORAGE_UNAVAILABLE' });
    for (const shape of [null, 'x', { attempt: 1 }, { attempt: 1, startedAt: '', end: { outcome: 'NEW' } }]) {
      for (const details of [shape, { state: shape }]) {
        const result = await create(createInput('other-build', document), { passedOn: [details] });
        assert.equal(result.kind, 'AMBIGUOUS');
      }
    }
  });
});
