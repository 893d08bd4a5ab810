import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort, rememberedPorts } from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder } from '../../fixtures/index.js';

describe('the port of a server', () => {
  it('is outside the range of outgoing connections, one of which could take it while the server is down', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    // Linux takes ports from 32,768 on for them, and other systems take higher ones.
    for (const port of ports) assert.ok(port >= 1024 && port < 32_768, String(port));
  });

  it('is that of the last time, unless another process has taken it', async () => {
    const file = join(freshFolder('ports'), 'ports.json');
    const first = await rememberedPorts(file, ['grpc']);
    assert.deepEqual(await rememberedPorts(file, ['grpc']), first);
    const other = createServer().listen(first.grpc, '127.0.0.1');
    await once(other, 'listening');
    const second = await rememberedPorts(file, ['grpc']);
    assert.notEqual(second.grpc, first.grpc);
    other.close();
    await once(other, 'close');
    assert.deepEqual(await rememberedPorts(file, ['grpc']), second);
  });
});
