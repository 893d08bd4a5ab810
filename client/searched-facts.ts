import { defaultPayloadConverter, type Payload } from '@temporalio/client';
import {
  FLOWS,
  SIGNING_DEADLINE,
  SIGNING_FLOW,
  SIGNING_JOB_ID,
  SIGNING_STATE,
  SIGNING_STATES,
  withKnownWord,
  type Flow,
  type SigningDescription,
  type SigningState,
} from '@signering/contract';

/** What Temporal's search attributes say of a job, during and after its workflow. */
export function searchedFactsOf(
  attributes: Readonly<Record<string, Payload>>,
): Pick<SigningDescription, 'flow' | 'flowText' | 'state' | 'stateText' | 'signatureJobId' | 'deadline'> {
  const read = ({ name }: { readonly name: string }): string | undefined => {
    const payload = attributes[name];
    return payload === undefined ? undefined : String(defaultPayloadConverter.fromPayload(payload));
  };
  const signatureJobId = read(SIGNING_JOB_ID);
  const deadline = read(SIGNING_DEADLINE);
  const words = { flow: read(SIGNING_FLOW) as Flow, state: read(SIGNING_STATE) as SigningState };
  return {
    ...withKnownWord(withKnownWord(words, 'flow', FLOWS), 'state', SIGNING_STATES),
    ...(signatureJobId !== undefined && { signatureJobId }),
    ...(deadline !== undefined && { deadline: new Date(deadline).toISOString() }),
  };
}
