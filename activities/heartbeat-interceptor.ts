import { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { SigningError } from '@signering/schema';

/** The details of each heartbeat, which the next attempt gets. Another build may have given them another shape. */
interface HeartbeatDetails {
  /** What the activity has passed on. @default nothing */
  readonly state?: object | undefined;
  /** How many attempts have ended with an error that names its own pause. @default 0 */
  readonly plannedRepeats?: number | undefined;
}

/** What running activities have passed on, by their context. */
const passedOn = new WeakMap<Context, object>();

/**
 * Passes state to the next attempt of the running activity, which finds it in {@link passedOnState}, also after attempts that
 * ended before they read it. It gets there when this attempt fails. When the attempt times out or its worker dies, the next one
 * gets what was passed on some ten seconds before: it must still be true then.
 */
export function passOn(state: object): void {
  passedOn.set(Context.current(), state);
}

/** What an earlier attempt of the running activity has passed on. Another build may have given it another shape. */
export function passedOnState(): unknown {
  return earlierDetails().state;
}

/**
 * How many earlier attempts of the running activity ended with an error that names its own pause (`retryAfterMs`), such as
 * RATE_LIMITED. They do not lengthen later pauses.
 */
export function plannedRepeats(): number {
  const { plannedRepeats: repeats } = earlierDetails();
  return typeof repeats === 'number' ? repeats : 0;
}

function earlierDetails(): HeartbeatDetails {
  return (Context.current().info.heartbeatDetails ?? {}) as HeartbeatDetails;
}

/**
 * Sends heartbeats while an activity runs, so that Temporal notices a dead worker within the heartbeat timeout. Each carries what
 * the activity passes on: one without it would remove that.
 */
export class HeartbeatInterceptor implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const context = Context.current();
    const { heartbeatTimeoutMs } = context.info;
    if (heartbeatTimeoutMs === undefined) return next(input);
    const earlier = earlierDetails();
    const details = (repeats = earlier.plannedRepeats): HeartbeatDetails | undefined => {
      const state = passedOn.get(context) ?? earlier.state;
      return state === undefined && repeats === undefined ? undefined : { state, plannedRepeats: repeats };
    };
    const timer = setInterval(() => context.heartbeat(details()), heartbeatTimeoutMs / 3);
    try {
      return await next(input);
    } catch (error) {
      const isPlanned = error instanceof SigningError && error.facts.retryAfterMs !== undefined;
      const last = details(isPlanned ? plannedRepeats() + 1 : undefined);
      if (last !== undefined) context.heartbeat(last);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}
