import { defaultPayloadConverter, type Payload } from '@temporalio/client';
import {
  SIGNING_DEADLINE,
  SIGNING_FLOW,
  SIGNING_JOB_ID,
  SIGNING_STATE,
  SIGNING_STATES,
  type SigningDescription,
} from '@signering/contract';

/** What Temporal's search attributes say of a job, during and after its workflow. */
export function searchedFactsOf(
  attributes: Readonly<Record<string, Payload>>,
): Pick<SigningDescription, 'flow' | 'state' | 'signatureJobId' | 'deadline'> {
  const read = ({ name }: { readonly name: string }): string | undefined => {
    const payload = attributes[name];
    return payload === undefined ? undefined : String(defaultPayloadConverter.fromPayload(payload));
  };
  const signatureJobId = read(SIGNING_JOB_ID);
  const deadline = read(SIGNING_DEADLINE);
  const state = read(SIGNING_STATE);
  return {
    flow: read(SIGNING_FLOW) === 'DIRECT' ? 'DIRECT' : 'PORTAL',
    state: SIGNING_STATES.find((known) => known === state) ?? 'CREATING',
    ...(signatureJobId !== undefined && { signatureJobId }),
    ...(deadline !== undefined && { deadline: new Date(deadline).toISOString() }),
  };
}
