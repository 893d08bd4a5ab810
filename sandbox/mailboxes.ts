import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './state/durable-file.js';
import { readJsonFile } from './state/read-json-file.js';

/** Whether a person has a digital mailbox, to which the signed document is sent. */
export const MAILBOX_STATUSES = ['OPEN', 'MISSING'] as const;
export type MailboxStatus = (typeof MAILBOX_STATUSES)[number];

/** Who has a digital mailbox: everybody, except those of whom the admin interface says otherwise. */
export interface Mailboxes {
  statusOf(personalIdentificationNumber: string): MailboxStatus;
  /** Durable when this resolves. */
  setStatus(personalIdentificationNumber: string, status: MailboxStatus): Promise<void>;
}

const MAILBOXES_FILE = z.record(z.string(), z.enum(MAILBOX_STATUSES));

/** Opens what is kept of them in a state folder. */
export async function openMailboxes(stateFolder: string): Promise<Mailboxes> {
  const file = join(stateFolder, 'mailboxes.json');
  let statuses = (await readJsonFile(file, MAILBOXES_FILE)) ?? {};
  return {
    statusOf: (number) => statuses[number] ?? 'OPEN',
    setStatus: async (number, status) => {
      const changed = { ...statuses, [number]: status };
      await writeDurably(file, JSON.stringify(changed));
      statuses = changed;
    },
  };
}
