import { writeDirectSignatureJobManifest, writePortalSignatureJobManifest } from '@signering/schema/xml';
import { actAsSigner } from '../ceremony/act-as-signer.js';
import { describeContent } from '../jobs/job-store.js';
import { newJob, type JobOrder, type OrderedSigner } from '../jobs/new-job.js';
import type { SandboxJob, SigningFlow } from '../jobs/job.js';
import { TEST_PEOPLE } from '../people.js';
import type { SandboxParts } from '../sandbox-parts.js';

/** The state of a foreign job in its first status change. */
export const FOREIGN_OUTCOMES = ['signed', 'partlySigned', 'rejected'] as const;

/** A job of another application of the same sender. */
export interface ForeignJob {
  readonly organizationNumber: string;
  readonly flow: SigningFlow;
  readonly pollingQueue: string;
  readonly reference: string | undefined;
  /** A job whose signers, documents and terms are copied. */
  readonly like: string | undefined;
  readonly outcome: (typeof FOREIGN_OUTCOMES)[number];
}

/** Creates a job as another application would, and lets its signers act. */
export async function createForeignJob(parts: SandboxParts, foreign: ForeignJob): Promise<SandboxJob> {
  const { contents, ...content } =
    foreign.like === undefined ? await made(foreign) : await copied(parts, foreign.like, foreign.flow);
  const { organizationNumber, flow, pollingQueue, reference } = foreign;
  const job = await parts.jobs.create({
    contents,
    build: (id) => {
      const now = parts.clock.now();
      return newJob({ ...content, id, organizationNumber, flow, pollingQueue, reference, now });
    },
  });
  const signers = job.signers.toSorted((one, other) => one.order - other.order);
  const acting = foreign.outcome === 'signed' ? signers : signers.slice(0, 1);
  for (const { number } of acting) {
    const act = foreign.outcome === 'rejected' ? 'reject' : 'sign';
    await actAsSigner(parts, { jobId: job.id, signer: number, act });
  }
  return job;
}

type JobContent = Pick<
  JobOrder,
  'manifest' | 'manifestContent' | 'documents' | 'signers' | 'direct' | 'availableSeconds'
> & { readonly contents: readonly Uint8Array[] };

async function copied(parts: SandboxParts, jobId: string, flow: SigningFlow): Promise<JobContent> {
  const original = parts.jobs.find(jobId);
  if (original === undefined || original.flow !== flow || original.documentsDeletedAt !== undefined) {
    throw new RangeError(`There is no job ${jobId} of the ${flow} flow to copy.`);
  }
  const { manifest, manifestContent, documents, direct, availableSeconds } = original;
  const contents: Uint8Array[] = [];
  for (const content of [manifestContent, ...documents]) {
    contents.push(await parts.jobs.readContent(jobId, content));
  }
  return {
    manifest,
    manifestContent,
    documents,
    availableSeconds,
    contents,
    ...(direct === undefined
      ? {}
      : { direct: { ...direct, statusRetrievalMethod: 'POLLING', statusTokens: [] } }),
    signers: original.signers.map(({ asked, identifier, order, securityCode }) => ({
      asked,
      identifier,
      order,
      hasCode: securityCode !== undefined,
    })),
  };
}

async function made({ organizationNumber, flow }: ForeignJob): Promise<JobContent> {
  const { PDFDocument } = await import('@cantoo/pdf-lib');
  const pdf = await PDFDocument.create();
  pdf.addPage().drawText('Another application has sent this.', { x: 60, y: 700 });
  const document = await pdf.save();
  const file = { name: 'foreign.pdf', mediaType: 'application/pdf', title: 'Foreign document' };
  const personalIdentificationNumber = TEST_PEOPLE.at(-1)?.personalIdentificationNumber ?? '';
  const notifications = { emailAddress: 'foreign@example.com' };
  const manifest = {
    sender: { organizationNumber },
    title: 'Job of another application',
    documents: [{ href: file.name, mime: file.mediaType, title: file.title }],
  };
  const xml = Buffer.from(
    flow === 'DIRECT'
      ? writeDirectSignatureJobManifest({
          ...manifest,
          signers: [{ identifier: { personalIdentificationNumber } }],
        })
      : writePortalSignatureJobManifest({
          ...manifest,
          signers: [{ personalIdentificationNumber, notifications }],
        }),
  );
  const signer: OrderedSigner = {
    asked: { personalIdentificationNumber, ...(flow === 'PORTAL' ? { notifications } : {}) },
    identifier: { personalIdentificationNumber },
    order: 0,
    hasCode: false,
  };
  const exit = 'https://another-application.example/';
  const exitUrls = { completionUrl: exit, rejectionUrl: exit, errorUrl: exit };
  return {
    manifest: { title: manifest.title },
    manifestContent: describeContent(xml),
    documents: [{ ...describeContent(document), ...file }],
    signers: [signer],
    contents: [xml, document],
    ...(flow === 'DIRECT'
      ? { direct: { exitUrls, statusRetrievalMethod: 'POLLING', statusTokens: [] } }
      : {}),
  };
}
