import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { createEmailActivities } from '@signering/activities';
import { openFileStorage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { runActivity } from './activity-stage.js';

/** A mail server without extensions, and the lines that it got. */
async function startPlainServer() {
  const lines: string[] = [];
  const server = createServer((socket) => {
    let isContent = false;
    socket.write('220 ready\r\n');
    createInterface({ input: socket }).on('line', (line) => {
      lines.push(line);
      if (isContent && line !== '.') return;
      isContent = line === 'DATA';
      socket.write(isContent ? '354 go on\r\n' : '250 ok\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, lines, port: (server.address() as AddressInfo).port };
}

describe('a mail server without SMTPUTF8', () => {
  it('takes emails from and to a domain with Norwegian letters', async () => {
    const { server, lines, port } = await startPlainServer();
    const { ledger, batches, batchEmails } = await openFileStorage({
      root: freshFolder('smtp'),
      create: true,
    });
    const key = { organizationNumber: '910000007', reference: 'job' };
    await ledger.claim({ ...key, flow: 'PORTAL', contentDigest: 'c'.repeat(64), ...CLAIMED_INPUT });
    const { sendEmail } = createEmailActivities({
      ...{ ledger, batches, batchEmails },
      smtp: { host: '127.0.0.1', port, encryption: 'NONE' },
      from: 'post@Blåbær.no',
    });
    const recipient = {
      emailAddress: 'kari@blåbær.no',
      language: 'nb',
      link: 'https://example.com',
    } as const;
    const email = { kind: 'SIGNED', signer: 1, signed: 1, signers: 2 } as const;
    assert.equal(await runActivity(sendEmail, { ...key, recipient, email }), 'SENT');
    server.close();
    assert.ok(lines.includes('MAIL FROM:<post@xn--blbr-roah.no>'), lines.join('\n'));
    assert.ok(lines.includes('RCPT TO:<kari@xn--blbr-roah.no>'), lines.join('\n'));
    const headers = lines.slice(lines.indexOf('DATA') + 1, lines.indexOf(''));
    assert.match(headers.join('\n'), /^Message-ID: <[0-9a-f]{40}@xn--blbr-roah\.no>$/mu);
    assert.match(headers.join('\n'), /^\p{ASCII}+$/u);
  });
});
