import type { SignalDefinition } from '@temporalio/common';
import {
  directStatusChangeSignal,
  portalStatusChangeSignal,
  type StatusChangeSignal,
} from '../contract/index.js';
import {
  maskDirectSigner,
  type DirectSignatureJobStatus,
  type JobStatus,
  type PortalStatusChange,
  type ConfirmationUrl,
} from '../schema/index.js';
import type { CallOptions, PollingQueue, QueueAnswer } from '../signing-api/index.js';
import type { LedgerEntry } from '../storage/index.js';
import type { ActivityDependencies } from './dependencies.js';

/** What the changes of both flows have in common. */
export interface PolledChange {
  readonly reference?: string;
  readonly signatureJobId: string;
  readonly status: JobStatus;
  /** Absent where there is nothing to confirm. */
  readonly confirmationUrl?: ConfirmationUrl;
}

/** The queue of a flow: how it is asked, and how its changes get to their workflows. */
export interface FlowQueue<Change extends PolledChange> {
  fetchStatusChange(queue: PollingQueue, options: CallOptions): Promise<QueueAnswer<Change>>;
  readonly signal: SignalDefinition<[StatusChangeSignal<Change>]>;
  /** True for a job that is no other than one that an attempt in doubt has made, and that can come to nothing. */
  isGhost(entry: LedgerEntry, change: Change): boolean;
}

export function portalQueue({ portal }: Pick<ActivityDependencies, 'portal'>): FlowQueue<PortalStatusChange> {
  return {
    fetchStatusChange: (queue, options) => portal.fetchStatusChange(queue, options),
    signal: portalStatusChangeSignal,
    // The signers of a second portal job were notified and may sign it.
    isGhost: () => false,
  };
}

export function directQueue({
  direct,
}: Pick<ActivityDependencies, 'direct'>): FlowQueue<DirectSignatureJobStatus> {
  return {
    fetchStatusChange: (queue, options) => direct.fetchStatusChange(queue, options),
    signal: directStatusChangeSignal,
    isGhost: ({ created }, { signatures }) => {
      if (created?.signers === undefined) return false;
      const asked = created.signers.map(({ maskedIdentifier }) => maskedIdentifier).sort();
      const named = signatures.map(({ signer }) => signer).filter((signer) => signer !== undefined);
      // The only signer of a job may stand without a name.
      if (asked.length === 1 && signatures.length === 1 && named.length === 0) return true;
      return JSON.stringify(named.map(maskDirectSigner).sort()) === JSON.stringify(asked);
    },
  };
}
