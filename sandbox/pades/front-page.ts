import { PageSizes, rgb, type PDFDocument, type PDFFont, type PDFPage } from '@cantoo/pdf-lib';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { sectorOf } from '../organizations.js';
import { signatureTypeOf } from '../signature-type.js';
import { writeNorwegianTime } from '../time-format.js';
import { encodable, wrap } from './page-text.js';
import { shownIdentity } from './shown-identity.js';

/** The two fonts of the added pages. */
export interface PadesFonts {
  readonly regular: PDFFont;
  readonly bold: PDFFont;
}

const MARGIN = 56;
const BOTTOM = 72;
const INK = rgb(0.13, 0.15, 0.19);
const MUTED = rgb(0.42, 0.45, 0.5);
const LINE = rgb(0.84, 0.85, 0.88);
const ACCENT = rgb(0.79, 0.12, 0.16);
const DONE = rgb(0.1, 0.48, 0.31);

/**
 * Adds the front page: title, signers with their status, and documents. It does not contain the sender.
 */
export function drawFrontPage(
  pdf: PDFDocument,
  content: { readonly job: SandboxJob; readonly fonts: PadesFonts; readonly pageCounts: readonly number[] },
): void {
  const { job, fonts, pageCounts } = content;
  const flow = new Flow(pdf, fonts);
  const signed = job.signers.filter(({ status }) => status === 'SIGNED');
  flow.label(signed.length === job.signers.length ? 'Signert dokument' : 'Delvis signert dokument');
  flow.paragraph(job.manifest.title, { size: 22, bold: true });
  flow.gap(6);
  flow.paragraph(`${signed.length} av ${job.signers.length} har signert`, { size: 10.5, muted: true });

  flow.heading('Undertegnere');
  for (const signer of job.signers) flow.row(signerLines(job, signer));

  flow.heading(job.documents.length === 1 ? 'Dokument' : 'Dokumenter');
  for (const [index, document] of job.documents.entries()) {
    const pages = pageCounts[index] ?? 0;
    flow.row({ title: document.title, detail: `${pages} ${pages === 1 ? 'side' : 'sider'}`, small: true });
  }
  flow.gap(18);
  flow.paragraph(
    'Undertegnernes signaturer (XAdES) ligger som vedlegg i denne filen. Filen er forseglet: endres den, ' +
      'blir forseglingen ugyldig. Laget i en sandkasse for testing – signaturene binder ingen.',
    { size: 8.5, muted: true },
  );
}

interface Row {
  readonly title: string;
  readonly detail: string;
  readonly mark?: string;
  readonly small?: boolean;
}

function signerLines(job: SandboxJob, signer: JobSigner): Row {
  const identity = shownIdentity(job, signer);
  const title = identity === undefined ? signer.name : `${signer.name}, ${identity}`;
  if (signer.status !== 'SIGNED') return { title: signer.name, detail: 'Har ikke signert' };
  const kind =
    signatureTypeOf(signer.asked, sectorOf(job.organizationNumber)) === 'ADVANCED_ELECTRONIC_SIGNATURE'
      ? 'avansert elektronisk signatur'
      : 'autentisert elektronisk signatur';
  const behalf = signer.asked.onBehalfOf === 'OTHER' ? ', på vegne av en annen' : '';
  return {
    title,
    detail: `${writeNorwegianTime(new Date(signer.since))} (norsk tid) – ${kind}${behalf}`,
    mark: 'Signert',
  };
}

/** Writes text from top to bottom, and continues on a new page. */
class Flow {
  readonly #pdf: PDFDocument;
  readonly #fonts: PadesFonts;
  #pages = 0;
  #page: PDFPage;
  #y = 0;

  constructor(pdf: PDFDocument, fonts: PadesFonts) {
    this.#pdf = pdf;
    this.#fonts = fonts;
    this.#page = this.#newPage();
  }

  label(text: string): void {
    this.#write(text.toUpperCase(), { size: 9, font: this.#fonts.bold, color: ACCENT, x: MARGIN });
    this.gap(26);
  }

  heading(text: string): void {
    this.gap(20);
    this.#need(60);
    this.#write(text, { size: 12.5, font: this.#fonts.bold, color: INK, x: MARGIN });
    this.gap(9);
    this.#rule();
  }

  paragraph(
    text: string,
    style: { readonly size: number; readonly bold?: boolean; readonly muted?: boolean },
  ): void {
    const font = style.bold === true ? this.#fonts.bold : this.#fonts.regular;
    const width = this.#page.getWidth() - 2 * MARGIN;
    for (const line of wrap(text, { font, size: style.size, width })) {
      this.#need(style.size * 1.35);
      this.#write(line, { size: style.size, font, color: style.muted === true ? MUTED : INK, x: MARGIN });
      this.gap(style.size * 1.35);
    }
  }

  row({ title, detail, mark, small = false }: Row): void {
    const size = small ? 9.5 : 11;
    const width = this.#page.getWidth() - 2 * MARGIN - 70;
    const lines = wrap(title, { font: this.#fonts.bold, size, width });
    this.#need((lines.length + 1) * size * 1.4 + 8);
    this.gap(size + 5);
    for (const [index, line] of lines.entries()) {
      if (index > 0) this.gap(size * 1.3);
      this.#write(line, { size, font: this.#fonts.bold, color: INK, x: MARGIN });
    }
    const right = this.#page.getWidth() - MARGIN;
    if (small) {
      const x = right - this.#fonts.regular.widthOfTextAtSize(detail, 9);
      this.#write(detail, { size: 9, font: this.#fonts.regular, color: MUTED, x });
    } else {
      if (mark !== undefined) {
        const x = right - this.#fonts.bold.widthOfTextAtSize(mark, 9.5);
        this.#write(mark, { size: 9.5, font: this.#fonts.bold, color: DONE, x });
      }
      this.gap(14);
      this.#write(detail, { size: 9, font: this.#fonts.regular, color: MUTED, x: MARGIN });
    }
    this.gap(8);
    this.#rule();
  }

  gap(points: number): void {
    this.#y -= points;
  }

  #need(points: number): void {
    if (this.#y - points < BOTTOM) this.#page = this.#newPage();
  }

  #newPage(): PDFPage {
    const page = this.#pdf.insertPage(this.#pages++, PageSizes.A4);
    page.drawRectangle({ x: 0, y: page.getHeight() - 8, width: page.getWidth(), height: 8, color: ACCENT });
    this.#y = page.getHeight() - 92;
    return page;
  }

  #rule(): void {
    const end = { x: this.#page.getWidth() - MARGIN, y: this.#y };
    this.#page.drawLine({ start: { x: MARGIN, y: this.#y }, end, thickness: 0.6, color: LINE });
  }

  #write(
    text: string,
    style: { readonly size: number; readonly font: PDFFont; readonly color: typeof INK; readonly x: number },
  ): void {
    this.#page.drawText(encodable(style.font, text), { ...style, y: this.#y });
  }
}
