import { AFRelationship, PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { sealPdf, signingKeyFromPem } from '../../signatures/index.js';
import type { KeyAndChain } from '../identities.js';
import type { SandboxJob, StoredContent } from '../jobs/job.js';
import { SERVICE_ORGANIZATION } from '../organizations.js';
import { addDocument } from './add-document.js';
import { drawFooter } from './footer.js';
import { drawFrontPage } from './front-page.js';

/** What a PAdES is made of. */
export interface PadesOptions {
  readonly job: SandboxJob;
  readonly readContent: (content: StoredContent) => Promise<Uint8Array>;
  /** The service's own key: the signers' signatures are the XAdES inside. */
  readonly seal: KeyAndChain;
  readonly now: Date;
}

/**
 * Makes the signed document of a job: a front page, all documents with a footer on each page, and the XAdES of all
 * who have signed as attachments; sealed as a whole. It is PDF 1.7 (the service makes PDF/A-3b of PDF/A).
 */
export async function buildPades({ job, readContent, seal, now }: PadesOptions): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.setTitle(job.manifest.title);
  pdf.setCreationDate(now);
  pdf.setModificationDate(now);
  pdf.setProducer('Signering sandbox');
  pdf.setCreator('Signering sandbox');
  pdf.setLanguage('nb-NO');
  const fonts = {
    regular: await pdf.embedFont(StandardFonts.Helvetica),
    bold: await pdf.embedFont(StandardFonts.HelveticaBold),
  };

  const pageCounts: number[] = [];
  for (const document of job.documents) {
    const pages = await addDocument(pdf, { ...document, content: await readContent(document) }, fonts);
    pageCounts.push(pages.length);
    for (const [index, page] of pages.entries()) {
      drawFooter(page, { job, fonts, place: `${document.title} – side ${index + 1} av ${pages.length}` });
    }
  }
  drawFrontPage(pdf, { job, fonts, pageCounts });

  for (const signer of job.signers) {
    if (signer.xades === undefined) continue;
    await pdf.attach(await readContent(signer.xades), `xades-${signer.number}.xml`, {
      mimeType: 'application/xml',
      description: `XAdES: ${signer.name}`,
      creationDate: new Date(signer.since),
      afRelationship: AFRelationship.Supplement,
    });
  }
  return await sealPdf({
    pdf: await pdf.save({ useObjectStreams: false }),
    certificate: signingKeyFromPem(seal),
    name: SERVICE_ORGANIZATION.name,
    reason: 'Forseglet etter signering',
    signingTime: now,
  });
}
