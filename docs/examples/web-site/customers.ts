// A simulated log-in without a password. Yours must identify the visitor.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Customer {
  readonly customerNumber: string;
  readonly name: string;
  /** Synthetic. */
  readonly personalIdentificationNumber: string;
}

export const CUSTOMERS: readonly Customer[] = [
  { customerNumber: '1001', name: 'Kari Nordmann', personalIdentificationNumber: '14838500073' },
  { customerNumber: '1002', name: 'Per Hansen', personalIdentificationNumber: '30859100003' },
  { customerNumber: '1003', name: 'Berit Olsen', personalIdentificationNumber: '05868200059' },
  { customerNumber: '1004', name: 'Ola Lie', personalIdentificationNumber: '09826400010' },
];

const sessions = new Map<string, Customer>();

/** Logs a customer in, and returns the session cookie. */
export function logIn(customerNumber: string | null): string | undefined {
  const customer = CUSTOMERS.find((candidate) => candidate.customerNumber === customerNumber);
  if (customer === undefined) return undefined;
  const session = randomUUID();
  sessions.set(session, customer);
  // Lax, not Strict: the browser comes back from another site and must send the cookie. With https also Secure.
  return `session=${session}; HttpOnly; SameSite=Lax; Path=/`;
}

/** The customer of the cookie's session. */
export function customerOf({ headers }: IncomingMessage): Customer | undefined {
  const [, session = ''] = /(?:^|; )session=([\w-]+)/u.exec(headers.cookie ?? '') ?? [];
  return sessions.get(session);
}
