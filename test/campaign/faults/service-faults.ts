import { z } from 'zod';
import { pause, type FaultKind, type FaultParts } from './fault-kind.js';

/** A fault as the sandbox's admin interface takes it. */
type Order = Readonly<Record<string, string | number | boolean | object>>;

interface ServiceFault {
  readonly name: string;
  readonly does: string;
  /** One is picked for each operation that it names. */
  readonly orders: readonly Order[];
  readonly losesCreate?: true;
}

const MESSAGES = ['create', 'requestRedirectUrl', 'fetchStatus', 'fetchStatusChange'];
const CHANGES = ['fetchStatusChange', 'confirm'];
const DOWNLOADS = ['pades', 'xades'];
const MEBIBYTE = 1024 ** 2;
/** Bytes that a proxy or a broken service sends with status 200 in place of a signed document. */
const JUNK = ['<html><body>Maintenance</body></html>', '%PDF-1.7 is all there is', ''];

const each = (operations: readonly string[], order: Order): readonly Order[] =>
  operations.map((operation) => ({ ...order, operation }));

/** What the sandbox does on request. A lost answer stands in its ledger, so those need no time in doubt. */
export const SERVICE_FAULTS: readonly ServiceFault[] = [
  {
    name: 'ANSWERS_DELAYED',
    does: 'delays answers of the service by three seconds',
    orders: each([...MESSAGES, ...DOWNLOADS, 'confirm'], { fault: 'delay', delaySeconds: 3, when: 'after' }),
  },
  {
    name: 'CALLS_DELAYED',
    does: 'delays calls of the service by three seconds before they take effect',
    orders: each([...MESSAGES, ...DOWNLOADS, 'confirm'], { fault: 'delay', delaySeconds: 3 }),
  },
  {
    name: 'SERVICE_UNAVAILABLE',
    does: 'answers calls with status 503',
    orders: each([...MESSAGES, ...DOWNLOADS, 'confirm', 'cancel'], {
      fault: 'status',
      status: 503,
      times: 2,
    }),
  },
  {
    name: 'SERVICE_BROKEN',
    does: 'answers calls with status 500 after they took effect',
    orders: each([...MESSAGES, 'confirm'], { fault: 'status', status: 500, when: 'after' }),
  },
  {
    name: 'CALLS_REFUSED_FOR_RATE',
    does: 'answers polls and confirmations with status 429',
    orders: each([...CHANGES, ...DOWNLOADS], { fault: 'status', status: 429 }),
  },
  {
    name: 'CONNECTIONS_RESET_BEFORE_CALLS',
    does: 'resets the connection before a call takes effect',
    orders: each([...MESSAGES, ...DOWNLOADS, 'confirm', 'cancel'], { fault: 'reset' }),
    losesCreate: true,
  },
  {
    name: 'CONNECTIONS_RESET_AFTER_CALLS',
    does: 'resets the connection after a call took effect',
    orders: each([...MESSAGES, ...DOWNLOADS, 'confirm', 'cancel'], { fault: 'reset', when: 'after' }),
  },
  {
    name: 'STATUS_CHANGES_REORDERED',
    does: 'loses delivered status changes, which come after later ones',
    orders: each(['fetchStatusChange'], { fault: 'reset', when: 'after', times: 3 }),
  },
  {
    name: 'STATUS_CHANGES_REPEATED',
    does: 'delivers status changes again, also confirmed ones',
    orders: each(['fetchStatusChange'], { fault: 'repeatedDelivery', times: 3 }),
  },
  {
    name: 'FOREIGN_CHANGES',
    does: 'delivers the status change of a job that another application created',
    orders: [
      { fault: 'foreignChange', operation: 'fetchStatusChange', outcome: 'signed' },
      { fault: 'foreignChange', operation: 'fetchStatusChange', outcome: 'rejected' },
    ],
  },
  {
    name: 'ANSWERS_CUT',
    does: 'closes the connection in the middle of an answer',
    orders: each([...MESSAGES, ...DOWNLOADS], { fault: 'truncated', ending: 'lostConnection' }),
  },
  {
    name: 'ANSWERS_SHORTENED',
    does: 'sends half of an answer as if it were complete',
    orders: each([...DOWNLOADS, 'fetchStatusChange'], { fault: 'truncated', ending: 'asIfComplete' }),
  },
  {
    name: 'DOCUMENTS_CORRUPTED',
    does: 'changes one byte of a signed document',
    orders: each(DOWNLOADS, { fault: 'corrupted' }),
  },
  {
    name: 'JUNK_DOCUMENTS',
    does: 'sends other bytes with status 200 in place of signed documents',
    orders: JUNK.flatMap((body) => each(DOWNLOADS, { fault: 'status', status: 200, body, times: 2 })),
  },
  {
    name: 'JUNK_MESSAGES',
    does: 'answers polls and status requests with a page of HTML and status 200',
    orders: each(['fetchStatusChange', 'fetchStatus'], { fault: 'status', status: 200, body: JUNK[0] ?? '' }),
  },
  {
    name: 'MALFORMED_MESSAGES',
    does: 'sends XML whose elements are not closed',
    orders: each(['fetchStatus', 'fetchStatusChange', 'create'], { fault: 'malformedXml' }),
  },
  {
    name: 'LATER_MESSAGES',
    does: 'sends elements and attributes of a later version of the service',
    orders: each(MESSAGES, { fault: 'unknownElements', times: 2 }),
  },
  {
    name: 'UNKNOWN_SIGNER_STATUS',
    does: 'sends a status of signers that is not in the specification',
    orders: each(['fetchStatusChange'], { fault: 'unknownSignerStatus' }),
  },
  {
    name: 'WRONG_CONTENT_TYPE',
    does: 'declares answers as HTML',
    orders: each([...MESSAGES, ...DOWNLOADS], { fault: 'wrongContentType' }),
  },
  {
    name: 'CONTENT_LENGTH_TOO_LARGE',
    does: 'announces more bytes than an answer has',
    orders: each([...MESSAGES, ...DOWNLOADS], { fault: 'wrongContentLength', difference: 17 }),
  },
  {
    name: 'CONTENT_LENGTH_TOO_SMALL',
    does: 'announces fewer bytes than an answer has',
    orders: each([...DOWNLOADS, 'fetchStatusChange'], { fault: 'wrongContentLength', difference: -17 }),
  },
  {
    name: 'OVERSIZED_ANSWERS',
    does: 'sends answers that are larger than any limit of the worker',
    orders: [
      ...each(['fetchStatusChange', 'fetchStatus'], {
        fault: 'huge',
        bytes: 64 * MEBIBYTE,
        announced: false,
      }),
      ...each(['fetchStatusChange', ...DOWNLOADS], { fault: 'huge', bytes: 1024 * MEBIBYTE }),
    ],
  },
  {
    name: 'SERVICE_CLOCK_AHEAD',
    does: "sends times that are an hour ahead of the service's clock",
    orders: each([...MESSAGES, 'confirm'], { fault: 'clockSkew', skewSeconds: 3600 }),
  },
  {
    name: 'SERVICE_CLOCK_BEHIND',
    does: "sends times that are an hour behind the service's clock",
    orders: each([...MESSAGES, 'confirm'], { fault: 'clockSkew', skewSeconds: -3600 }),
  },
];

/** The faults of the sandbox as kinds of the menu. */
export const SERVICE_KINDS: readonly FaultKind[] = SERVICE_FAULTS.map(
  ({ name, does, orders, losesCreate }) => ({
    name,
    group: 'SERVICE',
    does,
    endsBy: 'ITSELF',
    losesCreate: losesCreate === true,
    happen: (parts) => orderAndWait(parts, orders),
  }),
);

const Ordered = z.looseObject({ id: z.union([z.number(), z.string()]) });
const Pending = z.looseObject({
  faults: z.array(z.looseObject({ id: z.union([z.number(), z.string()]), times: z.number() })),
});
/** How long the first affected call is awaited: a job needs some time to its download. Milliseconds. */
const BEGINS_WITHIN_MS = 45_000;
/** After one call, how long the next is awaited, in milliseconds. */
const GOES_ON_WITHIN_MS = { short: 6_000, long: 12_000 };

/** Orders one fault for each operation, and waits until they have happened; takes back those that have not. */
async function orderAndWait(parts: FaultParts, orders: readonly Order[]): Promise<number> {
  const { stack, random, isLong, over } = parts;
  const operations = [...new Set(orders.map(({ operation }) => operation))];
  const ordered = new Map<number | string, number>();
  for (const operation of operations) {
    const order = random.pick(orders.filter((one) => one.operation === operation));
    const { id } = Ordered.parse(await stack.admin.call('POST', '/faults', order));
    ordered.set(id, Number(order.times ?? 1));
  }
  const total = [...ordered.values()].reduce((sum, times) => sum + times, 0);
  let until = Date.now() + BEGINS_WITHIN_MS;
  let lastLeft = total;
  for (;;) {
    const { faults } = Pending.parse(await stack.admin.call('GET', '/faults'));
    const left = faults.filter(({ id }) => ordered.has(id)).reduce((sum, { times }) => sum + times, 0);
    if (left === 0) return total;
    if (left < lastLeft) until = Date.now() + GOES_ON_WITHIN_MS[isLong ? 'long' : 'short'];
    lastLeft = left;
    if (Date.now() > until || over.aborted) {
      await stack.admin.call('DELETE', '/faults');
      return total - left;
    }
    await pause(100, over);
  }
}
