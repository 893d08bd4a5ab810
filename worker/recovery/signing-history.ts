import { defaultPayloadConverter, type Client, type WorkflowHandle } from '@temporalio/client';
import type {
  ArchiveOutcomeInput,
  CreateSignatureJobResult,
  JobToCreate,
  SettleReferenceInput,
} from '@signering/activities';
import type { ArchivedDocument, ArchiveLocation, Flow } from '@signering/contract';
import type { ArchivedJob } from '@signering/storage';

type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

/** What the history of a signing workflow says, without a worker. */
export interface SigningHistory {
  readonly job: JobToCreate;
  /** The job at the service, once the workflow knows it. */
  readonly created?: CreateSignatureJobResult & { readonly kind: 'CREATED' };
  /** The job in the archive, once a document was archived. */
  readonly archivedJob?: ArchivedJob;
  /** The names and digests of what was archived. */
  readonly archived: readonly Pick<ArchivedDocument, 'name' | 'sha256'>[];
  /** The reference was settled with this. */
  readonly settled?: SettleReferenceInput;
  /** A settlement was begun: the ledger may have received it. */
  readonly mayBeSettled: boolean;
  /** The final change was confirmed to the service. */
  readonly isConfirmed: boolean;
  /** A confirmation was begun: the service may have received it. */
  readonly mayBeConfirmed: boolean;
}

/** Reads the history of one run. @throws KEY_MISMATCH; errors of Temporal's client */
export async function readSigningHistory(
  temporal: Client,
  { flow, workflowId, runId }: { readonly flow: Flow; readonly workflowId: string; readonly runId: string },
): Promise<SigningHistory> {
  const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const decode = (payloads: readonly Payload[] | null | undefined) => decoded(temporal, payloads?.[0]);
  const calls = callsIn(events ?? []);
  const input = await decode(events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads);
  const results = (name: string): Promise<{ readonly input: unknown; readonly result: unknown }[]> =>
    Promise.all(
      calls
        .filter((call) => call.name === name && call.completed !== undefined)
        .map(async (call) => ({
          input: await decode(call.input),
          result: await decode(call.completed),
        })),
    );
  const created = (await results('createSignatureJob'))
    .map(({ result }) => result as CreateSignatureJobResult)
    .find(({ kind }) => kind === 'CREATED');
  const documents = [...(await results('archiveXades')), ...(await results('archivePades'))];
  const [archive] = await results('archiveOutcome');
  const archivedJob = (archive ?? documents[0])?.input as { readonly job: ArchivedJob } | undefined;
  const location = archive?.result as ArchiveLocation | undefined;
  const settled = location && settlementOf(archive?.input as ArchiveOutcomeInput, location);
  return {
    job: { flow, ...(input as object) } as JobToCreate,
    ...(created?.kind === 'CREATED' && { created }),
    ...(archivedJob !== undefined && { archivedJob: archivedJob.job }),
    archived: location?.documents ?? documents.map(({ result }) => result as ArchivedDocument),
    ...(settled !== undefined && { settled }),
    mayBeSettled: calls.some(({ name }) => name === 'archiveOutcome'),
    isConfirmed: (await results('confirmOutcome')).length > 0,
    mayBeConfirmed: calls.some(({ name }) => name === 'confirmOutcome'),
  };
}

function settlementOf(
  { job, outcome, settlement }: ArchiveOutcomeInput,
  { folder }: ArchiveLocation,
): SettleReferenceInput | undefined {
  if (settlement === undefined) return undefined;
  const { organizationNumber, reference, signatureJobId } = job;
  return { organizationNumber, reference, signatureJobId, outcome, folder, ...settlement };
}

interface ActivityCall {
  readonly name: string;
  readonly input: readonly Payload[] | null | undefined;
  /** The result's payloads; absent before the activity has completed. */
  readonly completed?: readonly Payload[];
}

function callsIn(events: readonly HistoryEvent[]): readonly ActivityCall[] {
  const calls = new Map<string, ActivityCall>();
  for (const event of events) {
    const { activityTaskScheduledEventAttributes: scheduled, activityTaskCompletedEventAttributes: done } =
      event;
    if (scheduled != null) {
      const name = scheduled.activityType?.name ?? '';
      calls.set(String(event.eventId), { name, input: scheduled.input?.payloads });
    }
    const call = done == null ? undefined : calls.get(String(done.scheduledEventId));
    if (call !== undefined) {
      calls.set(String(done?.scheduledEventId), { ...call, completed: done?.result?.payloads ?? [] });
    }
  }
  return [...calls.values()];
}

async function decoded(temporal: Client, payload: Payload | undefined): Promise<unknown> {
  if (payload === undefined) return undefined;
  let payloads = [payload];
  for (const codec of temporal.options.loadedDataConverter.payloadCodecs) {
    payloads = await codec.decode(payloads);
  }
  return defaultPayloadConverter.fromPayload(payloads[0] ?? {});
}
