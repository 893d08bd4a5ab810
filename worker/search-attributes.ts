import type { Connection } from '@temporalio/client';
import {
  GRPC_STATUS,
  grpcStatusOf,
  SEARCH_ATTRIBUTE_TYPES,
  SIGNING_SEARCH_ATTRIBUTES,
  searchAttributeCommand,
} from '@signering/contract';
import { SigningError } from '@signering/schema';

type Services = Pick<Connection, 'operatorService' | 'workflowService'>;

/**
 * Registers those of our search attributes that the namespace lacks; without them no workflow can start. Where only the
 * namespace's owner may register them, as in Temporal Cloud, checks that they exist.
 * @throws TEMPORAL_REFUSED when there is no such namespace, or when they are missing and may not be registered: names the
 * command
 */
export async function registerSearchAttributes(connection: Services, namespace: string): Promise<void> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = SIGNING_SEARCH_ATTRIBUTES.filter(({ name }) => !(name in customAttributes));
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, SEARCH_ATTRIBUTE_TYPES[type].number]),
      ),
    });
  } catch (error) {
    const code = grpcStatusOf(error);
    if (code === GRPC_STATUS.NOT_FOUND) {
      throw new SigningError(
        'TEMPORAL_REFUSED',
        `Temporal does not know the namespace "${namespace}". Register it, or correct TEMPORAL_NAMESPACE.`,
        { cause: error },
      );
    }
    if (code !== GRPC_STATUS.PERMISSION_DENIED && code !== GRPC_STATUS.UNIMPLEMENTED) throw error;
    await demandSearchAttributes(connection, namespace);
  }
}

/** Asks by a search, which every client may do: Temporal rejects a query that names an unknown attribute. */
async function demandSearchAttributes(connection: Services, namespace: string): Promise<void> {
  const missing = [];
  for (const attribute of SIGNING_SEARCH_ATTRIBUTES) {
    try {
      await connection.workflowService.countWorkflowExecutions({
        namespace,
        query: `${attribute.name} IS NULL`,
      });
    } catch (error) {
      if (grpcStatusOf(error) !== GRPC_STATUS.INVALID_ARGUMENT) throw error;
      missing.push(attribute);
    }
  }
  if (missing.length === 0) return;
  throw new SigningError(
    'TEMPORAL_REFUSED',
    `The namespace "${namespace}" lacks search attributes, and this worker may not register them. Have its owner run: ` +
      `${searchAttributeCommand(namespace, missing)} (in Temporal Cloud: tcld namespace search-attributes add).`,
  );
}
