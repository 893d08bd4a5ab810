import { join } from 'node:path';
import { z } from 'zod';
import { openKeptEntries } from './state/kept-entries.js';

/** Contact information of a person, or why the person cannot be notified. */
export const CONTACT_STATUSES = ['REACHABLE', 'RESERVED', 'CONTACT_INFORMATION_MISSING'] as const;
export type ContactStatus = (typeof CONTACT_STATUSES)[number];

/** A person's entry, or a generated one. */
export interface Contact {
  readonly status: ContactStatus;
  readonly emailAddress: string;
  readonly mobileNumber: string;
}

/**
 * The sandbox's national contact register (KRR). It contains all persons as reachable, except those that the admin
 * interface has changed.
 */
export interface ContactRegister {
  lookUp(personalIdentificationNumber: string): Contact;
  /** Durable when this resolves. */
  setStatus(personalIdentificationNumber: string, status: ContactStatus): Promise<void>;
}

/** Opens the register kept in a state folder. */
export async function openContactRegister(stateFolder: string): Promise<ContactRegister> {
  const file = join(stateFolder, 'contact-register.json');
  const statuses = await openKeptEntries(file, z.enum(CONTACT_STATUSES));
  return {
    lookUp: (number) => ({
      status: statuses.find(number) ?? 'REACHABLE',
      // A generated address must not contain the identity number.
      emailAddress: `innbygger-${placeOf(number)}@kontaktregister.example`,
      mobileNumber: `+47 9${placeOf(number).padStart(7, '0')}`,
    }),
    setStatus: async (number, status) => await statuses.set(number, status),
  };
}

function placeOf(personalIdentificationNumber: string): string {
  const sum = Array.from(personalIdentificationNumber, Number).reduce(
    (total, digit) => (total * 31 + digit) % 9_999_991,
    7,
  );
  return String(sum);
}
