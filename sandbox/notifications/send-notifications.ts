import type { ContactRegister } from '../contact-register.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import type { NotificationChannel, NotificationKind, OutgoingNotification } from './notification.js';
import { wordNotification } from './notification-text.js';

/** What sending needs besides the job. */
export interface NotificationSurroundings {
  readonly register: ContactRegister;
  /** URL of the signing pages, for links in messages. */
  readonly pagesUrl: string;
}

/** Sends due messages to pending signers, and drops the planned messages of the others. */
export function sendDueNotifications(
  job: SandboxJob,
  until: Date,
  surroundings: NotificationSurroundings,
): SandboxJob {
  const due = job.plannedNotifications.filter(({ dueAt }) => Date.parse(dueAt) <= until.getTime());
  if (due.length === 0) return job;
  const sent = due.flatMap(({ signer: number, kind, channel, dueAt }) => {
    const signer = job.signers.find((candidate) => candidate.number === number);
    return signer?.status === 'WAITING'
      ? writeTo({ job, signer, kind, channel, sentAt: dueAt }, surroundings)
      : [];
  });
  return {
    ...job,
    plannedNotifications: job.plannedNotifications.filter((planned) => !due.includes(planned)),
    notifications: [...job.notifications, ...sent],
  };
}

/** Notifies invited signers who have not signed that the sender has cancelled. */
export function sendWithdrawals(
  job: SandboxJob,
  now: Date,
  surroundings: NotificationSurroundings,
): SandboxJob {
  const invited = new Set(job.notifications.map(({ signer }) => signer));
  const sent = job.signers
    .filter(({ number, status }) => status === 'CANCELLED' && invited.has(number))
    .flatMap((signer) => {
      const channel = channelsOf(signer)[0];
      return channel === undefined
        ? []
        : writeTo({ job, signer, kind: 'WITHDRAWN', channel, sentAt: now.toISOString() }, surroundings);
    });
  return { ...job, notifications: [...job.notifications, ...sent] };
}

/** Invites signers whose copy of the signed document waits for a mailbox to open one; by email only. */
export function sendMailboxInvitations(
  job: SandboxJob,
  now: Date,
  surroundings: NotificationSurroundings,
): SandboxJob {
  const sent = job.signers
    .filter((signer) => signer.mailboxCopy === 'WAITING' && channelsOf(signer).includes('EMAIL'))
    .flatMap((signer) =>
      writeTo(
        { job, signer, kind: 'OPEN_MAILBOX', channel: 'EMAIL', sentAt: now.toISOString() },
        surroundings,
      ),
    );
  return sent.length === 0 ? job : { ...job, notifications: [...job.notifications, ...sent] };
}

/** The channels of a signer, the first message's channel first. With a look-up, email cannot be disabled. */
export function channelsOf({ asked }: JobSigner): readonly NotificationChannel[] {
  const { notifications, notificationsUsingLookup: lookup } = asked;
  if (lookup !== undefined) return lookup.sms ? ['EMAIL', 'SMS'] : ['EMAIL'];
  return [
    ...(notifications?.emailAddress === undefined ? [] : (['EMAIL'] as const)),
    ...(notifications?.mobileNumber === undefined ? [] : (['SMS'] as const)),
  ];
}

interface Letter {
  readonly job: SandboxJob;
  readonly signer: JobSigner;
  readonly kind: NotificationKind;
  readonly channel: NotificationChannel;
  readonly sentAt: string;
}

function writeTo(
  { job, signer, kind, channel, sentAt }: Letter,
  { register, pagesUrl }: NotificationSurroundings,
): readonly OutgoingNotification[] {
  const to = addressOf(signer, channel, register);
  if (to === undefined) return [];
  const words = wordNotification({ job, signer, kind, channel, pagesUrl });
  return [{ sentAt, signer: signer.number, kind, channel, to, ...words }];
}

/** Looks up the register for each message: a person who has opted out gets no message. */
function addressOf(
  { asked }: JobSigner,
  channel: NotificationChannel,
  register: ContactRegister,
): string | undefined {
  const { notifications, personalIdentificationNumber: number } = asked;
  if (notifications !== undefined) {
    return channel === 'EMAIL' ? notifications.emailAddress : notifications.mobileNumber;
  }
  if (number === undefined) return undefined;
  const contact = register.lookUp(number);
  if (contact.status !== 'REACHABLE') return undefined;
  return channel === 'EMAIL' ? contact.emailAddress : contact.mobileNumber;
}
