import { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';

/** What running activities have passed on, by their context. */
const passedOn = new WeakMap<Context, unknown>();

/**
 * Passes state to the next attempt of the running activity, which finds it in {@link passedOnState}, also after attempts that
 * ended before they read it. It gets there when this attempt fails, and when the attempt times out or its worker dies some
 * seconds later. Undefined: nothing is left to pass on.
 */
export function passOn(state: unknown): void {
  passedOn.set(Context.current(), state);
}

/** What an earlier attempt of the running activity has passed on. Another build may have given it another shape. */
export function passedOnState(): unknown {
  return Context.current().info.heartbeatDetails;
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
    const { heartbeatTimeoutMs, heartbeatDetails } = context.info;
    if (heartbeatTimeoutMs === undefined) return next(input);
    const state = (): unknown => (passedOn.has(context) ? passedOn.get(context) : heartbeatDetails);
    const timer = setInterval(() => context.heartbeat(state()), heartbeatTimeoutMs / 3);
    try {
      return await next(input);
    } catch (error) {
      if (state() !== undefined) context.heartbeat(state());
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}
