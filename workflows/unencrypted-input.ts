import {
  ApplicationFailure,
  log,
  patched,
  workflowInfo,
  type Next,
  type QueryInput,
  type SignalInput,
  type UpdateInput,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import {
  OPERATOR_UPDATES,
  signingWorkflowId,
  verdictOf,
  withoutMark,
  type PortalSigningInput,
  type UnencryptedVerdict,
} from '@signering/contract';
import type { ErrorCode } from '@signering/schema';

type Inbound = WorkflowInboundCallsInterceptor;
type StartedFromOutside = Pick<PortalSigningInput, 'organizationNumber' | 'reference'>;

/** This marker in a history says that the workflow started with unencrypted input; Temporal Web can search for it. */
const ACCEPTED = 'unencrypted-input';

const REFUSED =
  'is unencrypted, which this worker refuses: encrypt it, or set SIGNERING_ACCEPT_UNENCRYPTED=yes';

/**
 * Accepts or refuses unencrypted input. A refused workflow fails, which operators see, and can be started again under its
 * id. Without this interceptor its task would fail on every attempt.
 */
class UnencryptedInput implements Inbound {
  execute(input: WorkflowExecuteInput, next: Next<Inbound, 'execute'>): Promise<unknown> {
    const [argument] = input.args;
    const verdict = verdictOf(argument);
    if (verdict === undefined) return next(input);
    const refusal = refusalOf(verdict, withoutMark(argument));
    // Accepted input stays accepted under the settings and rules of later workers.
    const asksHistory = workflowInfo().unsafe.isReplaying;
    if ((asksHistory || refusal === undefined) && patched(ACCEPTED)) return next(withoutMarks(input));
    return Promise.reject(refusal ?? failure('UNENCRYPTED_INPUT_REFUSED', `The input ${REFUSED}.`));
  }

  handleSignal(input: SignalInput, next: Next<Inbound, 'handleSignal'>): Promise<void> {
    if (!isMarked(input)) return next(input);
    // Only workers send signals, encrypted. An accepted forgery could report documents as signed.
    log.warn('A signal was dropped: it is unencrypted, so no worker sent it.', {
      signal: input.signalName,
    });
    return Promise.resolve();
  }

  handleQuery(input: QueryInput, next: Next<Inbound, 'handleQuery'>): Promise<unknown> {
    return next(withoutMarks(input));
  }

  /** Does not run on a replay: the settings of the current worker decide. */
  validateUpdate(input: UpdateInput, next: Next<Inbound, 'validateUpdate'>): void {
    const refused = input.args.some((argument) => verdictOf(argument)?.accepted === false);
    if (refused && !OPERATOR_UPDATES.includes(input.name)) {
      throw failure('UNENCRYPTED_INPUT_REFUSED', `The argument of ${input.name} ${REFUSED}.`);
    }
    next(withoutMarks(input));
  }

  handleUpdate(input: UpdateInput, next: Next<Inbound, 'handleUpdate'>): Promise<unknown> {
    return next(withoutMarks(input));
  }
}

function refusalOf(
  { accepted, problems }: UnencryptedVerdict,
  input: unknown,
): ApplicationFailure | undefined {
  if (!accepted) return failure('UNENCRYPTED_INPUT_REFUSED', `The input ${REFUSED}.`);
  const { workflowType, workflowId } = workflowInfo();
  const found = problems[workflowType];
  if (found === undefined) {
    return failure(
      'UNENCRYPTED_INPUT_REFUSED',
      `Only workers and the client library start ${workflowType}, and they encrypt its input.`,
    );
  }
  const all = [...found, ...(found.length === 0 ? problemsOfId(input as StartedFromOutside) : [])];
  if (all.length === 0) return undefined;
  return failure('INVALID_REQUEST', `The input of ${workflowId} cannot be used: ${all.join('; ')}.`);
}

/** Status changes are delivered by workflow id: under another id the workflow would receive none. */
function problemsOfId({ organizationNumber, reference }: StartedFromOutside): readonly string[] {
  const expected = signingWorkflowId(organizationNumber, reference);
  return workflowInfo().workflowId === expected ? [] : [`the workflow id must be ${expected}`];
}

function failure(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}

function isMarked({ args }: { readonly args: readonly unknown[] }): boolean {
  return args.some((argument) => verdictOf(argument) !== undefined);
}

function withoutMarks<Input extends { readonly args: unknown[] }>(input: Input): Input {
  return isMarked(input) ? { ...input, args: input.args.map(withoutMark) } : input;
}

/** Loaded into the workflow bundle by its path. */
export const interceptors = (): WorkflowInterceptors => ({ inbound: [new UnencryptedInput()] });
