import type { DirectSigningInput } from './direct-signing.js';
import type { Flow } from './names.js';
import type { PortalSigningInput } from './portal-signing.js';
import { SIGNING_FLOW, SIGNING_ORGANIZATION, SIGNING_REFERENCE, SIGNING_STATE } from './search-attributes.js';
import { signingWorkflowId } from './workflow-ids.js';

/**
 * Start options of the workflow of a claimed reference, without the task queue. A workflow that failed or was terminated can be started
 * again; it resumes from the ledger, so no signer is notified twice.
 */
export function signingStartOptionsOf(flow: Flow, input: PortalSigningInput | DirectSigningInput) {
  const { signers, documents } = input.job;
  return {
    workflowId: signingWorkflowId(input.organizationNumber, input.reference),
    args: [input] as [PortalSigningInput | DirectSigningInput],
    staticSummary:
      `Signature job ${input.reference}, ${flow === 'PORTAL' ? 'portal' : 'direct'} flow: ` +
      `${counted(signers.length, 'signer')}, ${counted(documents.length, 'document')}`,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    typedSearchAttributes: [
      { key: SIGNING_FLOW, value: flow },
      { key: SIGNING_ORGANIZATION, value: input.organizationNumber },
      { key: SIGNING_STATE, value: 'CREATING' },
      { key: SIGNING_REFERENCE, value: input.reference },
    ],
  };
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
