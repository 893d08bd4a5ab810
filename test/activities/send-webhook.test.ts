import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createWebhookSender } from '@signering/activities';
import { isPublicAddress } from '@signering/activities/internal/webhook-address.js';
import { newSecret } from '../end-to-end/webhook-receiver.js';

const PUBLIC = [
  '8.8.8.8',
  '139.105.1.1',
  '100.63.255.255',
  '172.32.0.1',
  '2a02:26f0::1',
  '2606:4700:4700::1111',
];

const NOT_PUBLIC = {
  'this host': ['0.0.0.0', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'link-local': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0'],
  shared: ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  reserved: ['192.0.0.1', '198.18.0.1', '240.0.0.1', '255.255.255.255', '2001:db8::1', '192.0.2.1'],
  'IPv4 in IPv6': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
  'not assigned': ['4000::1', 'fec0::1'],
  'not an address': ['', 'localhost', '127.0.0.1.example'],
} as const;

describe('the address of a receiver', () => {
  it('may be public', () => {
    for (const address of PUBLIC) assert.ok(isPublicAddress(address), address);
  });

  for (const [kind, addresses] of Object.entries(NOT_PUBLIC)) {
    it(`may not be: ${kind}`, () => {
      for (const address of addresses) assert.ok(!isPublicAddress(address), address);
    });
  }
});

describe('a webhook to an address that is not public', () => {
  let server: Server;
  let port: number;
  let connections = 0;

  before(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    server.listen(0, '::');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  const deliver = async (host: string, allowed: boolean): Promise<void> => {
    const sender = createWebhookSender(allowed);
    try {
      const receiver = { id: 'cases', url: `https://${host}:${port}/`, secrets: [newSecret()] };
      await sender.send({ receiver, id: 'msg_1', body: '{}', signal: new AbortController().signal });
    } finally {
      await sender.close();
    }
  };

  // The last three are other spellings of 127.0.0.1.
  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
    it(`${host}: is refused before anything is sent`, async () => {
      await assert.rejects(deliver(host, false), { code: 'WEBHOOK_ADDRESS_REFUSED', retryable: true });
      assert.equal(connections, 0);
    });
  }

  it('is sent where the settings allow it', async () => {
    await assert.rejects(deliver('localhost', true), { code: 'WEBHOOK_NOT_DELIVERED', retryable: true });
    assert.ok(connections > 0);
  });
});
