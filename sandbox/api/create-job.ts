import type { ManifestDocument } from '@signering/schema';
import { describeContent } from '../jobs/job-store.js';
import { newJob, type JobOrder } from '../jobs/new-job.js';
import type { SandboxJob, SigningFlow } from '../jobs/job.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from './api-call.js';
import { describeDocument, openPackage, readValidMessage, type PackageOfFlow } from './open-package.js';
import { readCreateRequestParts } from './read-multipart.js';

/** The part of creating a job that differs between the flows. */
export interface JobOfFlow<Message, Manifest> extends Pick<
  PackageOfFlow<Manifest>,
  'readManifest' | 'brokenRules'
> {
  readonly flow: SigningFlow;
  readonly readRequest: (xml: Uint8Array) => Message;
  /** Converts the request to a job. @throws ServiceRefusal for violations that neither schema nor rules cover */
  readonly termsOf: (message: Message, manifest: Manifest) => TermsOfFlow;
  /** Changes the new job immediately. */
  readonly begin: (job: SandboxJob, now: Date) => SandboxJob;
  readonly writeAnswer: (job: SandboxJob) => string;
}

/** Values that each flow reads from a different place. */
export type TermsOfFlow = Pick<JobOrder, 'reference' | 'pollingQueue' | 'signers'> &
  Partial<Pick<JobOrder, 'activation' | 'availableSeconds' | 'direct'>>;

/** The common part of the two flows' manifests. */
type AnyManifest = JobOrder['manifest'] & { readonly documents: readonly ManifestDocument[] };

/**
 * Creates a job out of a request with its document package; when this resolves the job survives a crash.
 * @throws ServiceRefusal 400 INVALID_MULTIPART, SCHEMA_VALIDATION_ERROR, ASICE_VALIDATION_FAILED
 */
export async function createJob<Message, Manifest extends AnyManifest>(
  parts: SandboxParts,
  request: ApiRequest,
  of: JobOfFlow<Message, Manifest>,
): Promise<ApiAnswer> {
  const sent = await readCreateRequestParts(request.headers['content-type'], request.body);
  const message = readValidMessage(sent.request, of.readRequest);
  const { manifest, manifestXml, documents } = await openPackage(parts, request, {
    bytes: sent.documentPackage,
    readManifest: of.readManifest,
    brokenRules: of.brokenRules,
  });
  const terms = of.termsOf(message, manifest);
  const now = parts.clock.now();
  const job = await parts.jobs.create({
    contents: [manifestXml, ...documents.map(({ content }) => content)],
    build: (id) =>
      of.begin(
        newJob({
          ...terms,
          id,
          flow: of.flow,
          organizationNumber: request.organizationNumber,
          manifest,
          manifestContent: describeContent(manifestXml),
          documents: documents.map(describeDocument),
          now,
        }),
        now,
      ),
  });
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(of.writeAnswer(job)),
    jobId: job.id,
  };
}
