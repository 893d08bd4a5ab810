import { signingWorkflowId } from '@signering/contract';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import { onePagePdf } from '../test/end-to-end/portal-jobs.js';
import { evidenceOf, finalConfirmationOf, jobIdsOf } from '../test/end-to-end/sandbox-evidence.js';
import { waitFor } from '../test/fixtures/index.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { onStack, type StackParts } from './bench-stack.js';

/** What one agreement costs with one, two, five and ten signers, who all sign at once. */
export const bench: Bench = {
  name: 'signers',
  title: 'One agreement, by number of signers',
  run: (context) => onStack((parts) => measureAll(parts, context)),
};

async function measureAll(parts: StackParts, { short, report }: BenchContext): Promise<readonly Figure[]> {
  // The first agreement also compiles code and opens connections.
  if (!short) await signAgreement(parts, { reference: 'warm-up', signers: 1 });
  const figures: Figure[] = [];
  for (const signers of short ? [2] : [1, 2, 5, 10]) {
    const costs: AgreementCost[] = [];
    for (let run = 1; run <= (short ? 1 : 5); run += 1) {
      report(`${signers} signers, agreement ${run}`);
      costs.push(await signAgreement(parts, { reference: `signers-${signers}-${run}`, signers }));
    }
    const figure = (name: string, unit: string, values: readonly number[]): Figure => ({
      name,
      unit,
      values,
      at: { curve: name, x: signers, xName: 'signers' },
    });
    figures.push(
      figure(
        'events in the history',
        'events',
        costs.map(({ events }) => events),
      ),
      figure(
        'calls of the service',
        'calls',
        costs.map(({ calls }) => calls),
      ),
      figure(
        'from the last signature to the confirmation',
        'ms',
        costs.map(({ confirmedAfterMs }) => confirmedAfterMs),
      ),
    );
  }
  return figures;
}

interface AgreementCost {
  readonly events: number;
  /** Calls that concern this job, which leaves out empty queues. */
  readonly calls: number;
  readonly confirmedAfterMs: number;
}

async function signAgreement(
  { stack, client, workflows }: StackParts,
  { reference, signers }: { readonly reference: string; readonly signers: number },
): Promise<AgreementCost> {
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
  const [id] = await waitFor(
    async () => {
      const ids = await jobIdsOf(stack.admin, reference);
      return ids.length > 0 && ids;
    },
    { what: 'the service has the job' },
  );
  for (let signer = 1; signer <= signers; signer += 1) await stack.admin.act(id!, signer, 'sign');
  const signedAt = Date.now();
  await client.waitForResult(reference, { timeoutMs: 120_000 });
  const confirmedAt = await finalConfirmationOf(stack.admin, id!);
  const organizationNumber = stack.sandbox().announcement.organizationNumber;
  const description = await workflows.getHandle(signingWorkflowId(organizationNumber, reference)).describe();
  return {
    events: description.historyLength,
    calls: (await evidenceOf(stack.admin, id!)).ledger.length,
    confirmedAfterMs: confirmedAt.getTime() - signedAt,
  };
}
