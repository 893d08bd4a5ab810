import type { KnownSignerStatus } from '@signering/schema';
import { planNotifications } from '../notifications/plan-notifications.js';
import {
  channelsOf,
  sendDueNotifications,
  type NotificationSurroundings,
} from '../notifications/send-notifications.js';
import { eraseWhenDue } from './erase-documents.js';
import { endBySigners, expireJob } from './job-life.js';
import { currentGroup, signersOf } from './job-status.js';
import type { JobSigner, SandboxJob, SignerGroup } from './job.js';

/**
 * Applies the events of a job up to a time: invites the next group, sends due notifications, and ends the job at its
 * deadline. Each event gets the time at which it was due, even if this runs later. Returns the same job if nothing was
 * due.
 */
export function catchUp(job: SandboxJob, now: Date, surroundings: NotificationSurroundings): SandboxJob {
  if (job.endedAt !== undefined) return eraseWhenDue(job, now);
  const group = currentGroup(job);
  if (group?.availableAt === undefined || group.deadline === undefined) return job;
  const availableAt = new Date(group.availableAt);
  const deadline = new Date(group.deadline);
  if (now < availableAt) return job;

  const invited = group.invited ? job : invite(job, { group, availableAt, deadline, surroundings });
  if (invited.endedAt !== undefined) return invited;
  const told = sendDueNotifications(invited, now < deadline ? now : deadline, surroundings);
  return now < deadline ? told : expireJob(told, deadline);
}

/**
 * Ends a job if the contact register does not permit messages to one of its signers. Applies only to signers with a
 * look-up.
 */
export function endIfUnreachable(
  job: SandboxJob,
  signers: readonly JobSigner[],
  options: { readonly at: Date; readonly surroundings: NotificationSurroundings },
): SandboxJob {
  const { register } = options.surroundings;
  const stopped = new Map<number, KnownSignerStatus>();
  for (const { number, asked } of signers) {
    if (asked.notificationsUsingLookup === undefined) continue;
    if (asked.personalIdentificationNumber === undefined) continue;
    const { status } = register.lookUp(asked.personalIdentificationNumber);
    if (status !== 'REACHABLE') stopped.set(number, status);
  }
  return stopped.size === 0 ? job : endBySigners(job, stopped, options.at);
}

interface Turn {
  readonly group: SignerGroup;
  readonly availableAt: Date;
  readonly deadline: Date;
  readonly surroundings: NotificationSurroundings;
}

function invite(job: SandboxJob, { group, availableAt, deadline, surroundings }: Turn): SandboxJob {
  const signers = signersOf(job, group);
  const reachable = endIfUnreachable(job, signers, { at: availableAt, surroundings });
  if (reachable.endedAt !== undefined) return reachable;
  const planned = signers.flatMap((signer) =>
    planNotifications({ signer: signer.number, channels: channelsOf(signer), availableAt, deadline }),
  );
  return {
    ...job,
    groups: job.groups.map((one) => (one.order === group.order ? { ...one, invited: true } : one)),
    plannedNotifications: [...job.plannedNotifications, ...planned],
  };
}
