import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { GRPC_STATUS, SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import { registerSearchAttributes } from '@signering/worker';
import { addSearchAttributes, sharedTemporal } from '../fixtures/index.js';

describe('the search attributes of a namespace', () => {
  let connection: Connection;
  /** What Temporal Cloud answers to a program that manages namespaces. */
  const refusal = Object.assign(new Error('Request unauthorized.'), {
    code: GRPC_STATUS.PERMISSION_DENIED,
    details: 'Request unauthorized.',
    metadata: {},
  });
  const bareNamespace = async (): Promise<string> => {
    const namespace = `bare-${randomUUID()}`;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    return namespace;
  };
  /** The real server, but for the operator's calls. */
  const withoutPermission = (): Pick<Connection, 'operatorService' | 'workflowService'> => ({
    workflowService: connection.workflowService,
    operatorService: {
      listSearchAttributes: () => Promise.reject(refusal),
    } as unknown as Connection['operatorService'],
  });

  before(async () => {
    const { address } = await sharedTemporal();
    connection = await Connection.connect({ address });
  });
  after(() => connection.close());

  it('are registered when they are missing, and left alone when they are there', async () => {
    const namespace = await bareNamespace();
    for (const time of ['first', 'second']) {
      await registerSearchAttributes(connection, namespace);
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      for (const { name } of SIGNING_SEARCH_ATTRIBUTES) {
        assert.ok(name in customAttributes, `${name} is there the ${time} time`);
      }
    }
  });

  it('have to be registered by the owner where the worker may not', async () => {
    const namespace = await bareNamespace();
    await assert.rejects(registerSearchAttributes(withoutPermission(), namespace), (error: Error) => {
      assert.equal((error as { code?: unknown }).code, 'TEMPORAL_REFUSED');
      assert.match(
        error.message,
        new RegExp(
          `temporal operator search-attribute create --namespace ${namespace} --name SigningFlow --type Keyword .*--name SigningSignersWaiting --type Int`,
          'u',
        ),
      );
      return true;
    });
    await addSearchAttributes(connection, namespace);
    await registerSearchAttributes(withoutPermission(), namespace);
  });

  it('leave room on an SQL store: ten keywords, three of each other type', () => {
    const most = { KEYWORD: 10, INT: 3, DATETIME: 3, KEYWORD_LIST: 3 };
    for (const [type, limit] of Object.entries(most)) {
      const used = SIGNING_SEARCH_ATTRIBUTES.filter((attribute) => attribute.type === type).length;
      assert.ok(used <= limit, type);
    }
  });
});
