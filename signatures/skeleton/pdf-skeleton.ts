import { findEmbeddedFiles } from '../pades/embedded-files.js';
import { findPdfSignatures } from '../pades/pdf-signatures.js';
import { cmsFactsOf as factsOfCms, readCms } from '../pades/verify-cms-signature.js';
import { NS } from '../xades/xml-names.js';
import { joinEqual, type Skeleton } from './skeleton.js';
import { xmlSkeletonOf } from './xml-skeleton.js';

/** PDF names that describe how a file is signed. Spec: ISO 32000-1, 12.8; ETSI EN 319 142-1. */
const NAMES = [
  '/adbe.pkcs7.detached',
  '/adbe.pkcs7.sha1',
  '/ETSI.CAdES.detached',
  '/ETSI.RFC3161',
  '/DSS',
  '/Encrypt',
  '/ByteRange',
  '%%EOF',
];

/** Signatures and embedded files of a PDF, with algorithms and sizes, without content. */
export function pdfSkeletonOf(pdf: Buffer): Skeleton {
  const version = /%PDF-(\d\.\d)/.exec(pdf.subarray(0, 1024).toString('latin1'))?.[1] ?? 'unknown';
  const signatures = findPdfSignatures(pdf).map(({ covered, end, contents }): Skeleton => {
    const bytes = covered.reduce((sum, part) => sum + part.byteLength, 0);
    return {
      name: 'signature',
      facts: [
        `covers ${bytes} bytes`,
        `ends ${pdf.byteLength - end} bytes before the end of the file`,
        `${contents.byteLength} bytes of signature`,
        ...cmsFactsOf(contents),
      ],
      children: [],
    };
  });
  const embedded = findEmbeddedFiles(pdf).files.map(({ content }) => embeddedSkeletonOf(content));
  return {
    name: 'PDF',
    facts: [
      `version ${version}`,
      ...NAMES.map((name) => ({ name, count: countOf(pdf, name) }))
        .filter(({ count }) => count > 0)
        .map(({ name, count }) => `${name} ×${count}`),
    ],
    children: joinEqual([...signatures, ...embedded]),
  };
}

function embeddedSkeletonOf(content: Buffer | undefined): Skeleton {
  const size = content === undefined ? 'in a form that is not known here' : `${content.byteLength} bytes`;
  const isXades = content?.includes(NS.ds) === true;
  return {
    name: 'embedded file',
    facts: [size],
    children: isXades ? [xmlSkeletonOrReason(content)] : [],
  };
}

/** The skeleton of an XML file, or the reason why there is none. */
export function xmlSkeletonOrReason(xml: Uint8Array): Skeleton {
  try {
    return xmlSkeletonOf(xml);
  } catch {
    const text = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
    const facts = [
      ...(text.includes(NS.ds) ? ['names XML-DSig'] : []),
      ...(/<!doctype/iu.test(text.toString('latin1')) ? ['has a document type declaration'] : []),
      ...(/<html/iu.test(text.toString('latin1')) ? ['looks like HTML'] : []),
      ...(text.subarray(0, 2).toString('latin1') === 'PK' ? ['looks like a ZIP file'] : []),
    ];
    return { name: 'not read as XML', facts, children: [] };
  }
}

function cmsFactsOf(contents: Buffer): readonly string[] {
  try {
    const { form, algorithms } = factsOfCms(readCms(contents));
    return [form, ...algorithms.map((algorithm) => `signature algorithm ${algorithm}`)];
  } catch {
    return ['not read as CMS'];
  }
}

function countOf(pdf: Buffer, name: string): number {
  let count = 0;
  for (let position = pdf.indexOf(name); position >= 0; position = pdf.indexOf(name, position + 1))
    count += 1;
  return count;
}
