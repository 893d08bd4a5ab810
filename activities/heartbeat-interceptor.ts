import { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';

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
    const { heartbeatTimeoutMs } = context.info;
    if (heartbeatTimeoutMs === undefined) return next(input);
    const earlier = passedOnState();
    const state = (): unknown => passedOn.get(context) ?? earlier;
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
