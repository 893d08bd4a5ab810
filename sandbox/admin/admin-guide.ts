/** What the admin interface tells about itself. */
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
    'POST /jobs/{id}/signers/{n}/fail': 'the ceremony of signer n breaks; direct flow only',
    'GET /clock': 'the sandbox’s time',
    'POST /clock {"advanceSeconds": s}': 'moves it forward: polling, re-delivery, deadlines, the header Date',
    'GET /ledger': 'every API call with time, operation and answer',
    'POST /holds {"operation": o, "when": "before" or "after"}':
      'stops the next such call before it takes effect, or after (a call that was refused or found its queue empty has none)',
    'GET /holds': 'holds, ARMED or HOLDING',
    'DELETE /holds': 'lets all held calls go on and disarms the rest',
    'POST /faults {"fault": f, "operation": o, "times": n, …}':
      'the next n such calls go wrong; what else a fault takes is its own',
    'GET /faults': 'the faults that are still to happen',
    'DELETE /faults': 'forgets them',
    'GET /outbox': 'the notifications that the service would have sent',
    'PUT /contact-register/{number} {"status": s}':
      'what the national contact register says of a person: REACHABLE, RESERVED, CONTACT_INFORMATION_MISSING',
    'PUT /mailboxes/{number} {"status": s}':
      'whether a person has a mailbox for signed documents: OPEN (then copies that wait are sent), MISSING',
    'PUT /organizations/{number} {"longTermStorage": b}':
      'whether what is signed from now on goes into the archive of an organisation',
  },
} as const;
