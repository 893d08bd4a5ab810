/** The description that `GET /` returns. */
export const ADMIN_GUIDE = {
  name: 'signering sandbox: admin interface',
  routes: {
    'GET /jobs': 'all jobs',
    'GET /jobs/{id}': 'one job: its signers, what was delivered and confirmed, its ledger of API calls',
    'POST /jobs/{id}/signers/{n}/sign': 'signer n (from 1) signs',
    'POST /jobs/{id}/signers/{n}/reject': 'signer n rejects',
    'POST /jobs/{id}/signers/{n}/block':
      'signer n, addressed by contact information, has entered too many wrong codes',
    'POST /jobs/{id}/signers/{n}/lose-name':
      'the name of signer n cannot be looked up for the signed document; authenticated signatures only',
    'POST /jobs/{id}/signers/{n}/fail': 'the signing ceremony of signer n fails; direct flow only',
    'GET /clock': 'the sandbox’s time',
    'POST /clock {"advanceSeconds": s}': 'moves it forward: polling, re-delivery, deadlines, the header Date',
    'GET /ledger': 'every API call with time, operation and response',
    'POST /holds {"operation": o, "when": "before" or "after"}':
      'blocks the next such call before or after it takes effect (rejected calls and polls of an empty queue have no effect)',
    'GET /holds': 'holds, ARMED or HOLDING',
    'DELETE /holds': 'releases all held calls and removes the other holds',
    'POST /faults {"fault": f, "operation": o, "times": n, …}':
      'the next n such calls fail; each fault has its own settings',
    'GET /faults': 'the pending faults',
    'DELETE /faults': 'removes them',
    'GET /outbox': 'the notifications that the service would have sent',
    'PUT /contact-register/{number} {"status": s}':
      'sets the entry of a person in the national contact register: REACHABLE, RESERVED, CONTACT_INFORMATION_MISSING',
    'PUT /mailboxes/{number} {"status": s}':
      'sets whether a person has a mailbox for signed documents: OPEN (sends waiting copies) or MISSING',
    'PUT /organizations/{number} {"longTermStorage": b}':
      'sets whether documents signed from now on are archived for an organisation',
  },
} as const;
