import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import fontkit from '@cantoo/fontkit';
import {
  PDFArray,
  PDFDict,
  PDFHeader,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFObjectCopier,
  PDFStream,
  type PDFDocument,
  type PDFPage,
} from '@cantoo/pdf-lib';
import { create } from 'xmlbuilder2';
import { inspectDocuments } from '@signering/document-package/inspection';
import type { PadesFonts } from './front-page.js';
import { openSource } from './open-source.js';

const require = createRequire(import.meta.url);

const OUTPUT_INTENTS = PDFName.of('OutputIntents');
const COLOR_SPACE = PDFName.of('ColorSpace');
const DEFAULT_RGB = PDFName.of('DefaultRGB');
/** Components of an RGB profile. */
const RGB = 3;

/** A received document. */
interface Source {
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** The first document, opened: the others are appended to it. */
export interface PdfABase {
  readonly pdf: PDFDocument;
  readonly fonts: PadesFonts;
  /** All documents, opened: `pdf` is the first of them. */
  readonly sources: readonly PDFDocument[];
  /** True if each page must define the colours of the drawings, because no RGB output intent does. */
  readonly definesColors: boolean;
}

/**
 * Opens the documents for a signed document in PDF/A-3b, which requires that each of them is PDF/A and that their output
 * intents have the same number of colour components. Undefined otherwise: the signed document is then plain PDF.
 */
export async function openPdfABase(documents: readonly Source[]): Promise<PdfABase | undefined> {
  const inspected = documents.map((document) => ({ ...document, path: '' }));
  if (!inspectDocuments(inspected).documents.every(({ pdf }) => pdf?.isPdfA === true)) return undefined;
  try {
    const sources = await Promise.all(documents.map(({ content }) => openSource(content)));
    const [pdf] = sources;
    const intended = sources.filter((source) => source.catalog.has(OUTPUT_INTENTS));
    const components = new Set(intended.map(componentsOfIntent));
    if (pdf === undefined || components.size > 1) return undefined;
    const [first] = intended;
    if (first !== undefined && first !== pdf) {
      const copier = PDFObjectCopier.for(first.context, pdf.context);
      pdf.catalog.set(OUTPUT_INTENTS, copier.copy(first.catalog.lookup(OUTPUT_INTENTS, PDFArray)));
    }
    const fonts = { regular: await embedFont(pdf, '400Regular'), bold: await embedFont(pdf, '700Bold') };
    return { pdf, fonts, sources, definesColors: !components.has(RGB) };
  } catch {
    // The sandbox's PDF library cannot read one of them, although other readers can.
    return undefined;
  }
}

/** Embedded, because PDF/A requires embedded fonts. Arimo has the widths of Helvetica. */
async function embedFont(pdf: PDFDocument, face: '400Regular' | '700Bold') {
  pdf.registerFontkit(fontkit);
  return pdf.embedFont(await readFile(require.resolve(`@expo-google-fonts/arimo/${face}/Arimo_${face}.ttf`)));
}

function componentsOfIntent({ catalog }: PDFDocument): number | undefined {
  const intent = catalog.lookup(OUTPUT_INTENTS, PDFArray).lookup(0, PDFDict);
  const profile = intent.lookup(PDFName.of('DestOutputProfile'));
  return profile instanceof PDFStream
    ? profile.dict.lookupMaybe(PDFName.of('N'), PDFNumber)?.asNumber()
    : undefined;
}

/** Defines the RGB of a page as sRGB, unless the page does so itself. Spec: ISO 32000-1, 8.6.5.3 and 8.6.5.6. */
export function defineColors(page: PDFPage): void {
  const { context } = page.doc;
  const { Resources } = page.node.normalizedEntries();
  const spaces = Resources.lookupMaybe(COLOR_SPACE, PDFDict) ?? context.obj({});
  if (!spaces.has(DEFAULT_RGB)) {
    const sRgb = {
      WhitePoint: [0.9505, 1, 1.089],
      Gamma: [2.2, 2.2, 2.2],
      Matrix: [0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505],
    };
    spaces.set(DEFAULT_RGB, context.obj([PDFName.of('CalRGB'), context.obj(sRgb)]));
  }
  Resources.set(COLOR_SPACE, spaces);
}

/** The metadata of a signed document. */
export interface PadesMetadata {
  readonly title: string;
  readonly producer: string;
  /** Contains the job, so that the identifier of the file is stable. */
  readonly jobId: string;
  readonly now: Date;
}

/** Declares PDF/A-3b in XMP metadata that agrees with the information dictionary. Spec: ISO 19005-3, 6.6 and 6.1.3. */
export function claimPdfA(pdf: PDFDocument, { title, producer, jobId, now }: PadesMetadata): void {
  const { context } = pdf;
  context.header = PDFHeader.forVersion(1, 7);
  const id = PDFHexString.of(createHash('sha256').update(jobId).digest('hex').slice(0, 32));
  context.trailerInfo.ID = context.obj([id, id]);
  const at = `${now.toISOString().slice(0, 19)}Z`;
  const packet = create()
    .ins('xpacket', 'begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"')
    .ele('adobe:ns:meta/', 'x:xmpmeta')
    .ele('http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'rdf:RDF')
    .ele('rdf:Description', { 'rdf:about': '' })
    .att('http://www.w3.org/2000/xmlns/', 'xmlns:pdfaid', 'http://www.aiim.org/pdfa/ns/id/')
    .ele('http://www.aiim.org/pdfa/ns/id/', 'pdfaid:part')
    .txt('3')
    .up()
    .ele('http://www.aiim.org/pdfa/ns/id/', 'pdfaid:conformance')
    .txt('B')
    .up()
    .ele('http://purl.org/dc/elements/1.1/', 'dc:title')
    .ele('rdf:Alt')
    .ele('rdf:li', { 'xml:lang': 'x-default' })
    .txt(title)
    .up()
    .up()
    .up()
    .ele('http://ns.adobe.com/pdf/1.3/', 'pdf:Producer')
    .txt(producer)
    .up()
    .ele('http://ns.adobe.com/xap/1.0/', 'xmp:CreatorTool')
    .txt(producer)
    .up()
    .ele('http://ns.adobe.com/xap/1.0/', 'xmp:CreateDate')
    .txt(at)
    .up()
    .ele('http://ns.adobe.com/xap/1.0/', 'xmp:ModifyDate')
    .txt(at)
    .doc()
    .ins('xpacket', 'end="w"')
    .end({ headless: true });
  const metadata = context.stream(Buffer.from(packet, 'utf8'), { Type: 'Metadata', Subtype: 'XML' });
  pdf.catalog.set(PDFName.of('Metadata'), context.register(metadata));
}
