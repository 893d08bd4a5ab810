import { join } from 'node:path';
import { z } from 'zod';
import { openKeptEntries } from './state/kept-entries.js';

/** Whether a person has a digital mailbox, to which the signed document is sent. */
export const MAILBOX_STATUSES = ['OPEN', 'MISSING'] as const;
export type MailboxStatus = (typeof MAILBOX_STATUSES)[number];

/** Persons with a digital mailbox: all, except those whom the admin interface excludes. */
export interface Mailboxes {
  statusOf(personalIdentificationNumber: string): MailboxStatus;
  /** Durable when this resolves. */
  setStatus(personalIdentificationNumber: string, status: MailboxStatus): Promise<void>;
}

/** Opens the mailboxes in a state folder. */
export async function openMailboxes(stateFolder: string): Promise<Mailboxes> {
  const statuses = await openKeptEntries(join(stateFolder, 'mailboxes.json'), z.enum(MAILBOX_STATUSES));
  return {
    statusOf: (number) => statuses.find(number) ?? 'OPEN',
    setStatus: async (number, status) => await statuses.set(number, status),
  };
}
