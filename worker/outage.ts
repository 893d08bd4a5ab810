import { isGrpcServiceError, NamespaceNotFoundError } from '@temporalio/client';
import { SigningError } from '@signering/schema';
import { isFaultOfOneEntry } from '@signering/storage';

/**
 * gRPC status codes that concern Temporal or the network, and not the workflow:
 * CANCELLED, DEADLINE_EXCEEDED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNAUTHENTICATED. Spec: gRPC.
 */
const OUTAGE_CODES = [1, 4, 7, 8, 14, 16];

/** True for an error that affects every entry: storage or Temporal is unavailable. */
export function isOutage(error: unknown): boolean {
  if (error instanceof SigningError) return error.code === 'STORAGE_UNAVAILABLE' && !isFaultOfOneEntry(error);
  if (error instanceof NamespaceNotFoundError) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return OUTAGE_CODES.includes(cause.code);
  }
  return false;
}
