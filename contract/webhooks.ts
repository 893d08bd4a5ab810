import type { ErrorCode, WebhookType } from '@signering/schema';
import type { BatchCounts } from './batch-sending.js';
import { queryNamed, signalNamed } from './definitions.js';
import type { DecidedBy } from './signing.js';
import type { JobIdentity } from './job-identity.js';
import {
  SIGNING_ORGANIZATION,
  SIGNING_REFERENCE,
  SIGNING_UNDELIVERED,
  SIGNING_WEBHOOKS,
} from './search-attributes.js';
import type { SigningOutcome, SigningState } from './signing.js';
import { backlogValues, webhookBacklogOf } from './webhook-backlog.js';
import { webhookDeliveryWorkflowId } from './workflow-ids.js';

/** What an event says beside its type. No personal data besides what the reference says. */
export interface JobEventFacts {
  readonly signatureJobId?: string;
  /** The signer's number in the request, from 1: of `signer.signed` and `signer.rejected`. */
  readonly signer?: number;
  /** Of `job.completed` and `job.archived`. */
  readonly outcome?: SigningOutcome;
  /** The state in which the job waits for an operator: of `job.needs_operator`. */
  readonly state?: SigningState;
  /** Of `job.needs_operator` that a deletion alarm raises: when the service deletes the first signature, ISO 8601. */
  readonly serviceKeepsUntil?: string;
  /** The event is about a second job of the reference, which an ambiguous create made. */
  readonly duplicate?: true;
  /** Why the signing process failed: of `job.failed`. */
  readonly code?: ErrorCode;
  /** How many rows ended in each state: of `batch.completed`. */
  readonly counts?: BatchCounts;
}

/** An event as a signing workflow publishes it. */
export interface JobEvent {
  readonly type: WebhookType;
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** Distinguishes the events of a job. A signing workflow that is started again publishes an event again with the same key. */
  readonly key: string;
  readonly facts: JobEventFacts;
}

/** The key of an event: equal in a signing workflow and in the poller, which publishes the last event of a terminated one. */
export function eventKeyOf(type: WebhookType, key: string): string {
  return `${type}/${key}`;
}

/** An event on its way to receivers. */
export interface PublishedEvent extends Omit<JobEvent, 'key'> {
  /** The header `webhook-id`: equal for repeats of one event. */
  readonly id: string;
  /** Ids of the receivers, which the settings of the worker name. */
  readonly receivers: readonly string[];
}

/** The body of a webhook. Spec: Standard Webhooks, payload structure. */
export interface WebhookPayload {
  readonly type: WebhookType;
  /** When the event happened, ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string;
  readonly data: Pick<JobIdentity, 'organizationNumber' | 'reference'> &
    JobEventFacts & {
      /** Counts the job's events, from 1, including those of types that a receiver does not get. */
      readonly sequence: number;
    };
}

/** One delivery: an event for one receiver. */
export interface WebhookToDeliver {
  readonly receiver: string;
  readonly id: string;
  readonly payload: WebhookPayload;
}

/** A delivery that was given up. */
export interface FailedWebhook extends WebhookToDeliver {
  readonly code: ErrorCode;
  /** Why the last attempt failed. */
  readonly message: string;
  /** ISO 8601. */
  readonly failedAt: string;
}

/** A delivery that has not ended. */
export interface PendingWebhook extends WebhookToDeliver {
  /** ISO 8601: it is given up later than this. */
  readonly tryUntil: string;
}

/** What a workflow `webhookDelivery` hands on to its next run. */
export interface WebhookDeliveryState {
  /** The number of the newest event. */
  readonly sequence: number;
  /** Ids of the newest events, to drop repeats. */
  readonly ids: readonly string[];
  readonly pending: readonly PendingWebhook[];
  readonly failed: readonly FailedWebhook[];
  /** Failed deliveries of which nothing is kept, because there were too many. */
  readonly dropped: number;
}

/** The argument of the workflow `webhookDelivery`. */
export interface WebhookDeliveryInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  /** From an earlier run. */
  readonly before?: WebhookDeliveryState;
  /** With `before`: the job has had its last event. */
  readonly ended?: boolean;
}

/** The result of the workflow `webhookDelivery`. */
export interface WebhookDeliveryResult extends WebhookDeliveryState {
  readonly version: 1;
}

/** The argument of the signal `publishEvents`. */
export interface PublishEventsSignal {
  readonly events: readonly PublishedEvent[];
}

/** The argument of the signal `retryFailed`. */
export interface RetryFailedSignal {
  /** Only deliveries to this receiver. @default all */
  readonly receiver?: string;
}

export const publishEventsSignal = signalNamed<[PublishEventsSignal]>('publishEvents');
export const retryFailedSignal = signalNamed<[RetryFailedSignal]>('retryFailed');
/** Records who enables a receiver, and why, before its workflow `webhookSwitch` is terminated. */
export const receiverEnabledSignal = signalNamed<[DecidedBy]>('receiverEnabled');
/** Answers the failed deliveries of a workflow `webhookDelivery`. */
export const failedWebhooksQuery = queryNamed<readonly FailedWebhook[]>('failedWebhooks');

/** The argument of the workflow `webhookSwitch`, which runs while a receiver is disabled. */
export interface WebhookSwitchInput {
  readonly version: 1;
  readonly receiver: string;
  readonly by?: string;
  readonly reason?: string;
}

/**
 * The task queue of the deliveries to one receiver: a receiver that hangs occupies no slot of another.
 * @param taskQueue that of the workers whose settings name the receiver
 */
export function webhookTaskQueue(taskQueue: string, receiver: string): string {
  return `${taskQueue}-webhooks-${receiver}`;
}

/** Start options of `webhookDelivery`, the one of a job. */
export function webhookDeliveryOptionsOf(input: WebhookDeliveryInput) {
  const { organizationNumber, reference, before } = input;
  // The newest run of a job must show what an earlier one shows, so that it counts once.
  const backlog = before === undefined ? [] : backlogValues(webhookBacklogOf(before, new Set()));
  return {
    workflowId: webhookDeliveryWorkflowId(organizationNumber, reference),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    args: [input] as [WebhookDeliveryInput],
    staticSummary: `Delivers the webhooks of ${reference}`,
    typedSearchAttributes: [
      { key: SIGNING_ORGANIZATION, value: organizationNumber },
      { key: SIGNING_REFERENCE, value: reference },
      { key: SIGNING_UNDELIVERED, value: failedCountOf(before) },
      ...(backlog.length === 0 ? [] : [{ key: SIGNING_WEBHOOKS, value: backlog }]),
    ],
  };
}

/** How many deliveries of a job were given up. */
export function failedCountOf(state: Pick<WebhookDeliveryState, 'failed' | 'dropped'> | undefined): number {
  return state === undefined ? 0 : state.failed.length + state.dropped;
}
