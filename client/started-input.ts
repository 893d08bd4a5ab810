import { type Client, defaultPayloadConverter, isGrpcServiceError, type Payload } from '@temporalio/client';
import { GRPC_STATUS, type PortalSigningInput } from '@signering/contract';
import { encryptionKeyIdOf } from '@signering/encryption';

/** The first event of a workflow's newest run. */
export interface StartedWorkflow {
  readonly startedAt: Date;
  /** The key that its input is encrypted under; absent: it is not encrypted. */
  readonly keyId?: string;
  /** Decrypts the input. @throws KEY_MISMATCH when this process does not have the key */
  readonly input: () => Promise<Partial<Pick<PortalSigningInput, 'contentDigest' | 'storageId' | 'job'>>>;
}

/**
 * Reads what a workflow was started with, undefined when Temporal knows no such workflow. No worker is needed: Temporal
 * keeps it as the first event.
 */
export async function startedWorkflow(
  client: Client,
  workflowId: string,
): Promise<StartedWorkflow | undefined> {
  const first = await firstEvent(client, workflowId);
  if (first === undefined) return undefined;
  const payload: Payload = first.workflowExecutionStartedEventAttributes?.input?.payloads?.[0] ?? {};
  const keyId = encryptionKeyIdOf(payload);
  return {
    startedAt: new Date(Number(first.eventTime?.seconds ?? 0) * 1000),
    ...(keyId !== undefined && { keyId }),
    input: async () => {
      let payloads = [payload];
      for (const codec of client.options.loadedDataConverter.payloadCodecs) {
        payloads = await codec.decode(payloads);
      }
      return defaultPayloadConverter.fromPayload(payloads[0] ?? {});
    },
  };
}

async function firstEvent(client: Client, workflowId: string) {
  try {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId },
      maximumPageSize: 1,
    });
    return history?.events?.[0];
  } catch (error) {
    const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
    if (code === GRPC_STATUS.NOT_FOUND) return undefined;
    throw error;
  }
}
