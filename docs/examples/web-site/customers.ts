// A log-in that only pretends: it asks for no password. Yours has to know who the visitor is.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Customer {
  readonly customerNumber: string;
  readonly name: string;
  /** Made up: nobody has it. */
  readonly personalIdentificationNumber: string;
}

export const CUSTOMERS: readonly Customer[] = [
  { customerNumber: '1001', name: 'Kari Nordmann', personalIdentificationNumber: '14838500073' },
  { customerNumber: '1002', name: 'Per Hansen', personalIdentificationNumber: '30859100003' },
  { customerNumber: '1003', name: 'Berit Olsen', personalIdentificationNumber: '05868200059' },
  { customerNumber: '1004', name: 'Ola Lie', personalIdentificationNumber: '09826400010' },
];

const sessions = new Map<string, Customer>();

/** Logs a customer in, and gives the cookie that says so from now on. */
export function logIn(customerNumber: string | null): string | undefined {
  const customer = CUSTOMERS.find((candidate) => candidate.customerNumber === customerNumber);
  if (customer === undefined) return undefined;
  const session = randomUUID();
  sessions.set(session, customer);
  // Lax, not Strict: the browser comes back from another site and must bring the cookie. Over https also Secure.
  return `session=${session}; HttpOnly; SameSite=Lax; Path=/`;
}

/** Who is logged in, by the cookie. */
export function customerOf({ headers }: IncomingMessage): Customer | undefined {
  const [, session = ''] = /(?:^|; )session=([\w-]+)/u.exec(headers.cookie ?? '') ?? [];
  return sessions.get(session);
}
