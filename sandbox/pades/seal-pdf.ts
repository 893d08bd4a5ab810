import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFInvalidObject,
  PDFName,
  PDFString,
  type PDFRef,
} from '@cantoo/pdf-lib';
import type { SigningKey } from '@signering/signatures';
import { Signer, SignPdf } from '@signpdf/signpdf';
import { createCmsSignature } from './create-cms-signature.js';

export interface SealPdfOptions {
  /** Complete and not encrypted; its signatures stay valid. */
  readonly pdf: Uint8Array;
  /** Key and certificate of the seal. */
  readonly certificate: SigningKey;
  /** Who seals, for people who open the document. */
  readonly name: string;
  /** Why it is sealed, for people who open the document. */
  readonly reason: string;
  /** @default now */
  readonly signingTime?: Date;
}

// SignPdf replaces this placeholder by the byte range.
const RANGE_PLACEHOLDER = PDFName.of('**********');
// Room for the signature beside its certificates, in bytes.
const SIGNATURE_BYTES = 4096;
const SIGNATURES_EXIST_AND_APPEND_ONLY = 3;
const PRINT_AND_LOCKED = 132;

/**
 * Seals a PDF with a PAdES baseline-B signature over the whole file, as an incremental update.
 *
 * Spec: ETSI EN 319 142-1; ISO 32000-1, 12.8.
 */
export async function sealPdf(options: SealPdfOptions): Promise<Buffer> {
  const { certificate, signingTime = new Date() } = options;
  const document = await PDFDocument.load(options.pdf, { forIncrementalUpdate: true, updateMetadata: false });
  addSignatureField(document, signatureDictionary(document, { ...options, signingTime }));
  const withPlaceholder = await document.commit();
  return await new SignPdf().sign(Buffer.from(withPlaceholder), new CmsSigner(certificate), signingTime);
}

class CmsSigner extends Signer {
  constructor(private readonly key: SigningKey) {
    super();
  }

  override sign(content: Buffer): Promise<Buffer> {
    return Promise.resolve(createCmsSignature(content, this.key));
  }
}

function signatureDictionary(
  document: PDFDocument,
  { certificate, name, reason, signingTime }: SealPdfOptions & { readonly signingTime: Date },
): PDFRef {
  const room = certificate.chain.reduce((sum, { raw }) => sum + raw.length, SIGNATURE_BYTES);
  const dictionary = document.context.obj({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, RANGE_PLACEHOLDER, RANGE_PLACEHOLDER, RANGE_PLACEHOLDER],
    Contents: PDFHexString.of('00'.repeat(room)),
    Name: PDFHexString.fromText(name),
    Reason: PDFHexString.fromText(reason),
    M: PDFString.fromDate(signingTime),
  });
  const bytes = new Uint8Array(dictionary.sizeInBytes());
  dictionary.copyBytesInto(bytes, 0);
  // A raw object is not moved to a compressed object stream, where its byte position would be unknown.
  return document.context.register(PDFInvalidObject.of(bytes));
}

function addSignatureField(document: PDFDocument, signature: PDFRef): void {
  const { context, catalog } = document;
  const page = document.getPage(0);
  const form = catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict) ?? context.obj({});
  const fields = form.lookupMaybe(PDFName.of('Fields'), PDFArray) ?? context.obj([]);
  const field = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      T: PDFString.of(`Signature${fields.size() + 1}`),
      V: signature,
      Rect: [0, 0, 0, 0],
      F: PRINT_AND_LOCKED,
      P: page.ref,
    }),
  );
  fields.push(field);
  form.set(PDFName.of('Fields'), fields);
  form.set(PDFName.of('SigFlags'), context.obj(SIGNATURES_EXIST_AND_APPEND_ONLY));
  catalog.set(PDFName.of('AcroForm'), form);
  page.node.addAnnot(field);
}
