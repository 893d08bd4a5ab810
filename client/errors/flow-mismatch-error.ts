import type { Flow } from '@signering/contract';
import { SigningError } from '@signering/schema';

const WHY: Readonly<Record<Flow, string>> = {
  DIRECT:
    'belongs to the direct flow, which knows no cancellation: nobody is reminded of it, and it runs out 30 days after it was made',
  PORTAL:
    'belongs to the portal flow, in which the service notifies the signers: there are no redirect URLs and no tokens',
};

/** NOT_IN_THIS_FLOW: what was asked for is not known in the flow that the job belongs to. Nothing was done. */
export class FlowMismatchError extends SigningError {
  constructor(reference: string, flow: Flow) {
    super('NOT_IN_THIS_FLOW', `The job of reference "${reference}" ${WHY[flow]}.`, false, { reference });
  }
}
