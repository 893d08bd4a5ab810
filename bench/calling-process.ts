// One of several processes that call the service as fast as permitted. Argument: JSON, see CallingOrder.
// Prints one line of JSON at the end.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import type { ConfirmationUrl } from '@signering/schema';
import { SigningError } from '@signering/schema';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { createSigningApi, type NewPortalJob } from '@signering/signing-api';

/** The order of a calling process. */
export interface CallingOrder {
  readonly apiUrl: string;
  readonly organizationNumber: string;
  readonly certificate: { readonly file: string; readonly password: string };
  readonly trustedCertificates: string;
  readonly processes: number;
  /** Duration of the calls, in milliseconds. */
  readonly durationMs: number;
}

/** More callers than the rate limit can serve, so that some are always rejected and retry. */
const CALLERS = 20;

const order = JSON.parse(process.argv[2] ?? '') as CallingOrder;
const api = createSigningApi({
  ...order,
  certificate: await loadEnterpriseCertificate(order.certificate),
  trustedCertificates: [readFileSync(order.trustedCertificates, 'utf8')],
});
const job = await newJob();
const nothing =
  `${order.apiUrl}/${order.organizationNumber}/portal/signature-jobs/1/complete` as ConfirmationUrl;
const end = performance.now() + order.durationMs;
const ends: Record<string, number> = {};

await Promise.all(Array.from({ length: CALLERS }, (_, index) => callAgainAndAgain(index)));
await api.close();
console.log(JSON.stringify(ends));

async function callAgainAndAgain(caller: number): Promise<void> {
  while (performance.now() < end) {
    try {
      // A mix of operations: each create needs its own connection and preparation time.
      if (caller % 5 === 0) await api.portal.createSignatureJob(job);
      else if (caller % 5 === 1) await api.probe(order);
      else await api.portal.confirmStatusChange(nothing);
      count('answered');
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      const blocked = error.code === 'RATE_LIMITED' && error.facts.httpStatus === 429;
      count(blocked ? 'BLOCKED' : error.code);
      await delay(Math.min(error.facts.retryAfterMs ?? 0, Math.max(0, end - performance.now())));
    }
  }
}

function count(how: string): void {
  ends[how] = (ends[how] ?? 0) + 1;
}

async function newJob(): Promise<NewPortalJob> {
  const name = 'agreement.pdf';
  return {
    request: { pollingQueue: 'bench' },
    manifest: {
      sender: { organizationNumber: order.organizationNumber },
      title: 'Agreement',
      signers: [{ notifications: { emailAddress: 'signer@example.com' } }],
      documents: [{ href: name, mime: 'application/pdf', title: 'Agreement' }],
    },
    documents: [{ name, mediaType: 'application/pdf', content: await makeAgreement() }],
  };
}
