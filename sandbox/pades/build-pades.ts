import { AFRelationship, PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { signingKeyFromPem } from '@signering/signatures';
import { sealPdf } from './seal-pdf.js';
import type { KeyAndChain } from '../identities.js';
import type { SandboxJob, StoredContent } from '../jobs/job.js';
import { SERVICE_ORGANIZATION } from '../organizations.js';
import { addDocument } from './add-document.js';
import { drawFooter } from './footer.js';
import { drawFrontPage } from './front-page.js';
import { claimPdfA, defineColors, openPdfABase } from './pdf-a.js';

/** The content of a PAdES. */
export interface PadesOptions {
  readonly job: SandboxJob;
  readonly readContent: (content: StoredContent) => Promise<Uint8Array>;
  /** The service's key: the signers' signatures are the attached XAdES. */
  readonly seal: KeyAndChain;
  readonly now: Date;
}

const PRODUCER = 'Signering sandbox';

/**
 * Makes the signed document of a job: a front page, all documents with a footer on each page, and the XAdES of all
 * signers so far as attachments; sealed as a whole. As at the service it is PDF/A-3b if each document is PDF/A,
 * and PDF 1.7 otherwise.
 */
export async function buildPades({ job, readContent, seal, now }: PadesOptions): Promise<Uint8Array> {
  const documents = await Promise.all(
    job.documents.map(async (document) => ({ ...document, content: await readContent(document) })),
  );
  const base = await openPdfABase(documents);
  const pdf = base?.pdf ?? (await PDFDocument.create());
  const fonts = base?.fonts ?? {
    regular: await pdf.embedFont(StandardFonts.Helvetica),
    bold: await pdf.embedFont(StandardFonts.HelveticaBold),
  };

  const pageCounts: number[] = [];
  for (const [index, document] of documents.entries()) {
    const isBase = base !== undefined && index === 0;
    const pages = isBase
      ? pdf.getPages()
      : await addDocument(pdf, { ...document, opened: base?.sources[index] }, fonts);
    pageCounts.push(pages.length);
    for (const [number, page] of pages.entries()) {
      drawFooter(page, { job, fonts, place: `${document.title} – side ${number + 1} av ${pages.length}` });
    }
  }
  drawFrontPage(pdf, { job, fonts, pageCounts });
  if (base?.definesColors === true) for (const page of pdf.getPages()) defineColors(page);

  for (const signer of job.signers) {
    if (signer.xades === undefined) continue;
    const signedAt = new Date(signer.since);
    await pdf.attach(await readContent(signer.xades), `xades-${signer.number}.xml`, {
      mimeType: 'application/xml',
      description: `XAdES: ${signer.name}`,
      creationDate: signedAt,
      modificationDate: signedAt,
      afRelationship: AFRelationship.Supplement,
    });
  }
  describe(pdf, { job, now, isPdfA: base !== undefined });
  return await sealPdf({
    pdf: await pdf.save({ useObjectStreams: false }),
    certificate: signingKeyFromPem(seal),
    name: SERVICE_ORGANIZATION.name,
    reason: 'Forseglet etter signering',
    signingTime: now,
  });
}

/** Replaces the metadata of the first document by that of the signed document. */
function describe(
  pdf: PDFDocument,
  { job, now, isPdfA }: Pick<PadesOptions, 'job' | 'now'> & { readonly isPdfA: boolean },
): void {
  const { title } = job.manifest;
  delete pdf.context.trailerInfo.Info;
  pdf.setTitle(title);
  pdf.setCreationDate(now);
  pdf.setModificationDate(now);
  pdf.setProducer(PRODUCER);
  pdf.setCreator(PRODUCER);
  pdf.setLanguage('nb-NO');
  if (isPdfA) claimPdfA(pdf, { title, producer: PRODUCER, jobId: job.id, now });
}
