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

/** Its marker in a history says that the workflow began with unencrypted input: so Temporal Web shows it, and finds it. */
const ACCEPTED = 'unencrypted-input';

const REFUSED =
  'came unencrypted, which this worker does not take: encrypt it, or set SIGNERING_ACCEPT_UNENCRYPTED=yes';

/**
 * Takes or refuses what came unencrypted. A workflow that is refused fails, which operators see, instead of standing
 * still as it would if its input were not decoded; it can be started again under its id.
 */
class UnencryptedInput implements Inbound {
  execute(input: WorkflowExecuteInput, next: Next<Inbound, 'execute'>): Promise<unknown> {
    const [argument] = input.args;
    const verdict = verdictOf(argument);
    if (verdict === undefined) return next(input);
    const refusal = refusalOf(verdict, withoutMark(argument));
    // What was accepted once stays so, whatever the settings and rules of a later worker say.
    const asksHistory = workflowInfo().unsafe.isReplaying;
    if ((asksHistory || refusal === undefined) && patched(ACCEPTED)) return next(withoutMarks(input));
    return Promise.reject(refusal ?? failure('UNENCRYPTED_INPUT_REFUSED', `The input ${REFUSED}.`));
  }

  handleSignal(input: SignalInput, next: Next<Inbound, 'handleSignal'>): Promise<void> {
    if (!isMarked(input)) return next(input);
    // Only workers send signals, and they encrypt. Whoever else could would be believed in what was signed.
    log.warn('A signal came unencrypted: nobody of ours sent it, and it is not looked at.', {
      signal: input.signalName,
    });
    return Promise.resolve();
  }

  handleQuery(input: QueryInput, next: Next<Inbound, 'handleQuery'>): Promise<unknown> {
    return next(withoutMarks(input));
  }

  /** Runs only live, never on a replay: so the settings of the day decide. */
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

/** Status changes find the workflow by its id: under another one it would wait in vain. */
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
