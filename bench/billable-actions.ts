import type { WorkflowHandle } from '@temporalio/client';

export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** What one workflow costs, as its history shows it. */
export interface WorkflowCost {
  readonly events: number;
  /** Billable Actions. */
  readonly actions: number;
  /** Each is a transaction of Temporal's database, or two. */
  readonly workflowTasks: number;
  /** The Actions by kind, with how many there are of each: `activity archivePades`, `timer`. */
  readonly list: Readonly<Record<string, number>>;
}

/**
 * Counts events, workflow tasks and billable Actions of one workflow. By Temporal Cloud's definition an Action is: the
 * start of a workflow, each attempt of an activity (retries count), a timer, a signal, an accepted update, one upsert of
 * search attributes however many it sets, a child workflow (one beside the child's own start), and a marker of a side
 * effect or local activity. Not in a history, and so not counted: queries, rejected updates, and heartbeats, which an
 * activity of a job sends after three seconds. Completions, workflow tasks, search attributes set at the start, and
 * `setCurrentDetails` are no Actions.
 * Spec: https://docs.temporal.io/cloud/actions
 */
export function costOf(events: readonly HistoryEvent[]): WorkflowCost {
  const activities = new Map<string, string>();
  const list: Record<string, number> = {};
  let workflowTasks = 0;
  const count = (kind: string, times = 1): void => void (list[kind] = (list[kind] ?? 0) + times);
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled != null) activities.set(String(event.eventId), scheduled.activityType?.name ?? '');
    const started = event.activityTaskStartedEventAttributes;
    if (started != null) {
      count(`activity ${activities.get(String(started.scheduledEventId))}`, started.attempt ?? 1);
    }
    if (event.workflowTaskScheduledEventAttributes != null) workflowTasks += 1;
    if (event.workflowExecutionStartedEventAttributes != null) count('start');
    if (event.timerStartedEventAttributes != null) count('timer');
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal != null) count(`signal ${signal.signalName}`);
    const update = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (update != null) count(`update ${update.acceptedRequest?.input?.name}`);
    if (event.upsertWorkflowSearchAttributesEventAttributes != null) count('upsert of search attributes');
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (child != null) count(`child ${child.workflowType?.name}`);
    if (event.signalExternalWorkflowExecutionInitiatedEventAttributes != null) count('signal to a workflow');
    if (event.markerRecordedEventAttributes != null) count('marker');
  }
  const actions = Object.values(list).reduce((sum, times) => sum + times, 0);
  return { events: events.length, actions, workflowTasks, list };
}
