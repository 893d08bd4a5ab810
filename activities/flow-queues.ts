import type { SignalDefinition } from '@temporalio/common';
import {
  directStatusChangeSignal,
  portalStatusChangeSignal,
  type StatusChangeSignal,
} from '@signering/contract';
import {
  maskDirectSigner,
  maskPortalSigner,
  type DirectSignatureJobStatus,
  type JobStatus,
  type PortalStatusChange,
  type ConfirmationUrl,
} from '@signering/schema';
import type { CallOptions, PollingQueue, QueueAnswer } from '@signering/signing-api';
import type { LedgerEntry } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { startDuplicateSigning } from './start-duplicate-signing.js';

/** The common part of both flows' status changes. */
export interface PolledChange {
  readonly reference?: string;
  readonly signatureJobId: string;
  readonly status: JobStatus;
  /** Absent when there is nothing to confirm. */
  readonly confirmationUrl?: ConfirmationUrl;
}

/** The queue of a flow: how it is polled, and how its changes reach their workflows. */
export interface FlowQueue<Change extends PolledChange> {
  fetchStatusChange(queue: PollingQueue, options: CallOptions): Promise<QueueAnswer<Change>>;
  readonly signal: SignalDefinition<[StatusChangeSignal<Change>]>;
  /** The masked signers of a change; undefined for a direct job's only signer, whom the service may leave unnamed. */
  maskedSignersOf(change: Change): readonly string[] | undefined;
  /** Starts the workflow of a duplicate whose reference is settled. */
  startDuplicateSigning(entry: LedgerEntry, change: Change): Promise<void>;
}

export function portalQueue({
  portal,
  ...starting
}: Pick<
  ActivityDependencies,
  'portal' | 'temporal' | 'taskQueue' | 'storageIdentity' | 'webhookReceivers'
>): FlowQueue<PortalStatusChange> {
  return {
    fetchStatusChange: (queue, options) => portal.fetchStatusChange(queue, options),
    signal: portalStatusChangeSignal,
    maskedSignersOf: ({ signatures }) => signatures.map(({ identifier }) => maskPortalSigner(identifier)),
    startDuplicateSigning: (entry, change) => startDuplicateSigning(entry, change, starting),
  };
}

export function directQueue({
  direct,
}: Pick<ActivityDependencies, 'direct'>): FlowQueue<DirectSignatureJobStatus> {
  return {
    fetchStatusChange: (queue, options) => direct.fetchStatusChange(queue, options),
    signal: directStatusChangeSignal,
    maskedSignersOf: ({ signatures }) => {
      const named = signatures.map(({ signer }) => signer).filter((signer) => signer !== undefined);
      return named.length === 0 && signatures.length === 1 ? undefined : named.map(maskDirectSigner);
    },
    // A direct duplicate cannot be signed; the poller confirms its changes.
    startDuplicateSigning: () => Promise.resolve(),
  };
}
