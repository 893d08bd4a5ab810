/** Numbers of gRPC status codes, as errors of Temporal's SDK have them. Spec: gRPC status codes. */
export const GRPC_STATUS = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** The gRPC status of the first call to Temporal among an error and its causes. */
export function grpcStatusOf(error: unknown): number | undefined {
  return grpcErrorIn(error)?.code;
}

/** What Temporal says of a failed call, in its own words; empty if it says nothing. */
export function grpcDetailsOf(error: unknown): string {
  return grpcErrorIn(error)?.details ?? '';
}

/** Temporal refuses the credentials. */
export function isGrpcRefusal(error: unknown): boolean {
  const status = grpcStatusOf(error);
  return status === GRPC_STATUS.UNAUTHENTICATED || status === GRPC_STATUS.PERMISSION_DENIED;
}

/** Found by its members, because workflows cannot import the SDK's client. */
function grpcErrorIn(error: unknown): { readonly code: number; readonly details: string } | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!('code' in cause && 'details' in cause && 'metadata' in cause)) continue;
    const { code, details } = cause;
    if (typeof code === 'number') return { code, details: typeof details === 'string' ? details : '' };
  }
  return undefined;
}
