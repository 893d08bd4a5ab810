import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import {
  processIdentity,
  startTemporalServer,
  waitForTemporal,
  withoutSettings,
} from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder } from '../../fixtures/index.js';

const LOCAL_STACK = fileURLToPath(import.meta.resolve('@signering/dev-stack/internal/processes/index.js'));

describe('the Temporal dev server', () => {
  it('keeps ports and data when restarted on its folder, and ends a leftover server', async () => {
    const stateFolder = freshFolder('temporal');
    const env = withoutSettings(process.env);
    const script = `
      const { startTemporalServer } = await import(process.argv[1]);
      const server = await startTemporalServer({ stateFolder: process.argv[2], env: process.env, web: false });
      console.log(JSON.stringify([server.address, server.process.pid]));
      process.kill(process.pid, 'SIGKILL');`;
    const parent = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, '--', LOCAL_STACK, stateFolder],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let printed = '';
    parent.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await once(parent, 'close');
    const [address, pid] = JSON.parse(printed) as [string, number];
    assert.notEqual(processIdentity(pid), undefined, 'the server outlives its killed parent');
    const before = await Connection.connect({ address });
    await before.operatorService.createNexusEndpoint({
      spec: { name: 'remembered', target: { worker: { namespace: 'default', taskQueue: 'any' } } },
    });
    await before.close();

    const server = await startTemporalServer({ stateFolder, env, web: false });
    assert.equal(processIdentity(pid), undefined, 'two servers would damage the database');
    assert.equal(server.address, address);
    const after = await Connection.connect({ address });
    const { endpoints } = await after.operatorService.listNexusEndpoints({});
    assert.deepEqual(
      endpoints.map((endpoint) => endpoint.spec?.name),
      ['remembered'],
    );
    await after.close();
    await server.stop();
  });

  it('reports a missing server within the time limit', async () => {
    const ready = await waitForTemporal({ address: '127.0.0.1:1', namespace: 'default', withinMs: 100 });
    assert.equal(ready, false);
  });
});
