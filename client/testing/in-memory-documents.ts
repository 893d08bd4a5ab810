import type { ArchivedDocument, ArchiveLocation, SigningOutcome } from '@signering/contract';
import { formatMetadata, METADATA_FILE, SOFTWARE, type ArchivedJob } from '@signering/storage';
import type { InMemoryJob } from './in-memory-job.js';
import type { InMemoryStorage } from './in-memory-storage.js';

/** A job that has ended. */
export interface EndedInMemory {
  readonly job: InMemoryJob;
  readonly outcome: SigningOutcome;
  readonly archived: ArchivedJob;
}

const CHECK: ArchivedDocument['check'] = {
  result: 'NOT_CHECKED',
  findings: [
    {
      rule: 'in-memory',
      severity: 'WARNING',
      reason: 'The in-memory client made this placeholder. It has no signature.',
    },
  ],
  proved: { documents: [], signer: false, job: false },
  signatures: [],
};

/** Archives a placeholder for each signature and for the PDF with all of them; then the receipt. */
export function archiveOf(
  { job, outcome, archived }: EndedInMemory,
  archive: InMemoryStorage['archive'],
): ArchiveLocation {
  const signed = job.signers.filter(({ status }) => status === 'SIGNED').map(({ signer }) => signer);
  const names = [
    ...(signed.length > 0 ? [['signed.pdf', '%PDF-1.7\n'] as const] : []),
    ...signed.map((signer) => [`xades-${signer}.xml`, '<XAdESSignatures/>\n'] as const),
  ];
  const documents = names.map(([name, text]) => {
    const content = Buffer.from(`${text}${name.endsWith('.pdf') ? '% ' : ''}${commentIn(name, archived)}\n`);
    return { name, ...archive.put(archived, name, content), check: CHECK };
  });
  const { flow, organizationNumber, reference } = job.identity;
  const { input } = job.started;
  const archivedAt = new Date().toISOString();
  const { title, documents: sent, metadata = {} } = input.job;
  const described = {
    title,
    documents: sent.map(({ name, sha256, title: documentTitle }) => ({ name, sha256, title: documentTitle })),
    signers: job.signers.map(({ signer }) => ({ signer })),
    metadata,
  };
  const metadataText = Buffer.from(formatMetadata(archived, described));
  archive.putReceipt(archived, {
    version: 1,
    flow,
    organizationNumber,
    reference,
    signatureJobId: archived.signatureJobId,
    outcome,
    signers: job.signers,
    contentDigest: input.contentDigest,
    sent: sent.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size })),
    received: documents,
    startedAt: job.startedAt,
    createdAt: archived.createdAt,
    archivedAt,
    metadataFile: { name: METADATA_FILE, ...archive.put(archived, METADATA_FILE, metadataText) },
    software: SOFTWARE,
    ...(job.decisions !== undefined && { decisions: job.decisions }),
  });
  return { folder: archive.folderOf(archived), archivedAt, documents };
}

function commentIn(name: string, { signatureJobId }: ArchivedJob): string {
  const text = `placeholder for ${name} of job ${signatureJobId}`;
  return name.endsWith('.xml') ? `<!-- ${text} -->` : text;
}
