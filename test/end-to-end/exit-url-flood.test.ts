import assert from 'node:assert/strict';
import { createExitUrlHandler, type SigningClient } from '@signering/client';
import { goTo, startWebSite, type WebSite } from '../client/web/web-site.js';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf, jobIdsOf } from './sandbox-evidence.js';
import { useSigningStack } from './signing-stack.js';

const FLOOD = 1000;
const AT_ONCE = 25;
/** The job tries at most twenty wrong tokens without a proof, and asks later with at most ten that were left. */
const MOST_QUESTIONS = 30;

describe('a flood of invented tokens at the exit URLs of a job', () => {
  let stack: TestStack;
  let client: SigningClient;
  let site: WebSite;
  let baseUrl: string;

  after(async () => {
    await (site as WebSite | undefined)?.close();
  });
  useSigningStack((started) => ({ stack, client } = started));
  before(async () => {
    site = await startWebSite();
    baseUrl = `${site.origin}/signing`;
    const takeBack = createExitUrlHandler({
      client,
      baseUrl,
      onReturned: ({ answer, response }) => {
        response.end(answer.outcome);
      },
    });
    site.answerWith((request, response) => void takeBack(request, response));
  });

  const start = async (reference: string) => {
    const request = await directJob(reference, { exitUrls: client.makeExitUrls({ baseUrl, reference }) });
    return createdDirectJob(client, request);
  };
  const questions = async (signatureJobId: string): Promise<number> => {
    const { ledger } = await evidenceOf(stack.admin, signatureJobId);
    return ledger.filter(({ operation }) => operation === 'fetchStatus').length;
  };
  const outcomeOf = async (reference: string) => (await client.waitForResult(reference)).outcome;
  /** As the signer's browser does: it loads the page again while the answer says so, with status 503. */
  const arriveAt = (exitUrl: string) => {
    let visits = 0;
    return waitFor(
      async () => {
        visits += 1;
        const { status, text } = await goTo(exitUrl);
        return status !== 503 && { status, text, visits };
      },
      { what: 'the visit is answered' },
    );
  };
  /** Visits made-up exit URLs, several at a time, at least until something is over, and counts the answers by status. */
  async function flood(
    urlOf: (count: number) => string,
    isOver: () => boolean = () => true,
  ): Promise<ReadonlyMap<number, number>> {
    const statuses = new Map<number, number>();
    let next = 0;
    const stranger = async (): Promise<void> => {
      while (next < FLOOD || !isOver()) {
        const { status } = await goTo(urlOf((next += 1)));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, stranger));
    return statuses;
  }

  it('without proofs, neither locks its signer out nor delays polls and creates', async () => {
    const reference = 'guessable';
    const { signatureJobId, redirects } = await start(reference);
    let hasArrived = false;
    const flooding = flood(
      (count) => `${baseUrl}/completed?reference=${reference}&status_query_token=made-up-${count}`,
      () => hasArrived,
    );
    // Created, signed and polled while strangers are at the other job's exit URLs.
    await client.startPortalJob(await portalJob('meanwhile'));
    const otherJobId = await waitFor(async () => (await jobIdsOf(stack.admin, 'meanwhile'))[0], {
      what: 'the other job is created',
    });
    await stack.admin.act(otherJobId, 1, 'sign');
    const { exitUrl } = await visit(redirects[0]!.redirectUrl, 'sign');
    // A signer who only gets in when the strangers have left never does.
    const { status, text, visits } = await arriveAt(exitUrl).finally(() => (hasArrived = true));
    assert.deepEqual([status, text], [200, 'SIGNED']);
    const statuses = await flooding;
    assert.equal(await outcomeOf('meanwhile'), 'SIGNED');
    assert.equal(await outcomeOf(reference), 'SIGNED');
    const asked = await questions(signatureJobId);
    assert.ok(asked <= MOST_QUESTIONS + visits, `the service received ${asked} calls`);
    // Refused, or where the job has ended meanwhile, answered with its outcome.
    assert.deepEqual(
      [...statuses.keys()].filter((one) => ![200, 400, 503].includes(one)),
      [],
    );
  });

  it('with invented proofs, causes no call to the service', async () => {
    const reference = 'proved';
    const { signatureJobId, redirects } = await start(reference);
    const statuses = await flood((count) => {
      const proof = `exit_proof=${String(count).padStart(22, 'A')}`;
      return `${baseUrl}/completed?reference=${reference}&${proof}&status_query_token=made-up-${count}`;
    });
    assert.deepEqual([...statuses], [[400, FLOOD]]);
    assert.equal(await questions(signatureJobId), 0);
    const { exitUrl } = await visit(redirects[0]!.redirectUrl, 'sign');
    assert.equal((await arriveAt(exitUrl)).text, 'SIGNED');
    assert.equal(await outcomeOf(reference), 'SIGNED');
  });
});
