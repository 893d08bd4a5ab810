import { signingWorkflowId } from '@signering/contract';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import { directJob, visit } from '../test/end-to-end/direct-jobs.js';
import { onePagePdf } from '../test/end-to-end/portal-jobs.js';
import { createdJobIdOf } from '../test/end-to-end/signing-stack.js';
import { waitFor } from '../test/fixtures/index.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { onStack, type StackParts } from './bench-stack.js';
import { costOf, type WorkflowCost } from './billable-actions.js';

/**
 * What a job costs at Temporal, by the history of its workflow: events, workflow tasks, and billable Actions, which
 * `costOf` defines. Webhooks are off. The signers sign one after the other and each makes a separate status change, which is
 * the most that they can cost. The poller's own Actions, which all jobs of a queue share, are not counted.
 */
export const bench: Bench = {
  name: 'actions',
  title: "Billable Actions and events of one job's workflow, without webhooks",
  run: (context) => onStack((parts) => countAll(parts, context)),
};

/** The targets of a job for one signer in the portal. */
const MOST_ACTIONS = 11;
const MOST_EVENTS = 50;

async function countAll(parts: StackParts, { short, report }: BenchContext): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const signers of short ? [1] : [1, 2, 5, 10]) {
    const costs = await repeated(short ? 1 : 3, (run) => {
      report(`portal, ${signers} signers, job ${run}`);
      return signInPortal(parts, `portal-${signers}-${run}`, signers);
    });
    const at = (curve: string) => ({ at: { curve, x: signers, xName: 'signers' } });
    const [actions, events, workflowTasks] = figuresOf('portal', costs);
    figures.push(
      { ...actions, ...at('portal'), ...(signers === 1 && { target: { atMost: MOST_ACTIONS } }) },
      { ...events, ...at('portal'), ...(signers === 1 && { target: { atMost: MOST_EVENTS } }) },
      { ...workflowTasks, ...at('portal') },
    );
  }
  const direct = await repeated(short ? 1 : 3, (run) => {
    report(`direct flow, one signer, job ${run}`);
    return signDirectly(parts, `direct-${run}`);
  });
  return [...figures, ...figuresOf('direct flow, one signer', direct)];
}

async function repeated(
  times: number,
  cost: (run: number) => Promise<WorkflowCost>,
): Promise<readonly WorkflowCost[]> {
  const costs: WorkflowCost[] = [];
  for (let run = 1; run <= times; run += 1) costs.push(await cost(run));
  return costs;
}

function figuresOf(what: string, costs: readonly WorkflowCost[]): readonly [Figure, Figure, Figure] {
  return [
    { name: `${what}: billable actions`, unit: 'actions', values: costs.map(({ actions }) => actions) },
    { name: `${what}: events`, unit: 'events', values: costs.map(({ events }) => events) },
    {
      name: `${what}: workflow tasks`,
      unit: 'tasks',
      values: costs.map(({ workflowTasks }) => workflowTasks),
    },
  ];
}

async function signInPortal(parts: StackParts, reference: string, signers: number): Promise<WorkflowCost> {
  const { stack, client } = parts;
  await client.startPortalJob({
    reference,
    title: 'Agreement',
    documents: [
      { content: await onePagePdf(`Agreement ${reference}`), name: 'agreement.pdf', title: 'Agreement' },
    ],
    signers: Array.from({ length: signers }, (_, index) => ({
      personalIdentificationNumber: syntheticIdentityNumber({ day: index + 1, month: 1, year: 70 }),
      emailAddress: `signer-${index + 1}@example.com`,
    })),
  });
  const id = await createdJobIdOf(client, reference);
  for (let signer = 1; signer <= signers; signer += 1) {
    await stack.admin.act(id, signer, 'sign');
    await waitFor(async () => (await client.getJob(reference)).signers[signer - 1]?.status === 'SIGNED', {
      what: `the signature of signer ${signer} is reported`,
    });
  }
  return costOfEnded(parts, reference);
}

async function signDirectly(parts: StackParts, reference: string): Promise<WorkflowCost> {
  const { client } = parts;
  const { redirects } = await client.startDirectJob(await directJob(reference));
  const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
  await client.signerReturned(reference, { statusQueryToken: token });
  return costOfEnded(parts, reference);
}

async function costOfEnded({ client, workflows }: StackParts, reference: string): Promise<WorkflowCost> {
  const { organizationNumber } = await client.waitForResult(reference, { timeoutMs: 120_000 });
  const handle = workflows.getHandle(signingWorkflowId(organizationNumber, reference));
  return costOf((await handle.fetchHistory()).events ?? []);
}
