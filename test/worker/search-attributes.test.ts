import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import { registerSearchAttributes } from '@signering/worker';
import { sharedTemporal } from '../fixtures/index.js';

describe('the search attributes of a namespace', () => {
  it('are registered when they are missing, and left alone when they are there', async () => {
    const { address } = await sharedTemporal();
    const connection = await Connection.connect({ address });
    const namespace = `bare-${randomUUID()}`;
    const warned: string[] = [];
    const logger = { warn: (message: string) => void warned.push(message) };
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    for (const time of ['first', 'second']) {
      await registerSearchAttributes(connection, namespace, logger);
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      for (const { name } of SIGNING_SEARCH_ATTRIBUTES) {
        assert.ok(name in customAttributes, `${name} is there the ${time} time`);
      }
    }
    assert.deepEqual(warned, []);
    await connection.close();
  });
});
