import { isGrpcServiceError, type Connection } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import { GRPC_STATUS, SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import { SigningError } from '@signering/schema';

/** Temporal's numbers for the types of search attributes. Spec: temporal.api.enums.v1.IndexedValueType. */
const INDEXED_VALUE_TYPES = { TEXT: 1, KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5, DATETIME: 6, KEYWORD_LIST: 7 };

/**
 * Registers those of our search attributes that the namespace lacks; without them no workflow can start. Where we may
 * not, says what its owner has to register, and goes on: they may be there.
 * @throws TEMPORAL_REFUSED when there is no such namespace
 */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
  logger: Pick<Logger, 'warn'>,
): Promise<void> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = SIGNING_SEARCH_ATTRIBUTES.filter(({ name }) => !(name in customAttributes));
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]]),
      ),
    });
  } catch (error) {
    const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
    // No such namespace.
    if (code === GRPC_STATUS.NOT_FOUND) {
      throw new SigningError(
        'TEMPORAL_REFUSED',
        `Temporal does not know the namespace "${namespace}". Register it, or correct TEMPORAL_NAMESPACE.`,
        { cause: error },
      );
    }
    // Clusters refuse this where only their owner may register.
    if (code !== GRPC_STATUS.PERMISSION_DENIED && code !== GRPC_STATUS.UNIMPLEMENTED) throw error;
    logger.warn('Not allowed to register search attributes: have the namespace know these.', {
      namespace,
      searchAttributes: SIGNING_SEARCH_ATTRIBUTES.map(({ name, type }) => `${name}=${type}`),
    });
  }
}
