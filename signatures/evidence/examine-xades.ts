import { createHash } from 'node:crypto';
import { checkOf, SignatureDoubt } from '../signature-check.js';
import { readSignedXml } from '../xades/parse-signed-xml.js';
import { NS } from '../xades/xml-names.js';
import { compareDocuments } from './compare-documents.js';
import type { EvidenceContext } from './evidence-context.js';
import type { EvidenceVerdict, ExaminedSignature } from './evidence-verdict.js';
import { readXmlSignatures, type ReadXmlSignature, type ReadXmlSignatures } from './read-xml-signatures.js';
import { certificateFactsOf, compareSigner } from './signing-certificate.js';
import { nothingProved, verdictOf, type Applied } from './verdict-of.js';

/**
 * Examines a signer's XAdES as received from the service. Every form is accepted: unsupported ones only cause
 * warnings. Never throws because of the file's content; rethrows errors of `SentDocument.digest`.
 *
 * Spec: ETSI TS 101 903; ETSI TS 102 918; XML-DSig.
 */
export async function examineXades(
  content: Uint8Array,
  context: EvidenceContext = {},
): Promise<EvidenceVerdict> {
  const repeated = repetitionOf(content, context);
  const read = readXades(content);
  if ('rule' in read) {
    return verdictOf(
      { applied: [...repeated, read], proved: nothingProved(context), signatures: [] },
      context,
    );
  }
  const documents = await compareDocuments(read, context);
  const signer = examineSigner(read.signatures, context);
  return verdictOf(
    {
      applied: [
        ...repeated,
        ...read.signatures.flatMap(rulesFor),
        ...timeStampsOf(read),
        ...documents.applied,
        ...signer.applied,
      ],
      proved: { documents: documents.proved, signer: signer.isProved, job: false },
      signatures: [...read.signatures].sort((a, b) => Number(b.deciding) - Number(a.deciding)).map(describe),
    },
    context,
  );
}

/** The signatures of the file, or the rule that prevents reading them. */
function readXades(content: Uint8Array): ReadXmlSignatures | Applied {
  try {
    requireNamespace(content);
    return readSignedXml(content, readXmlSignatures);
  } catch (error) {
    return checkOf(error);
  }
}

// UTF-16 and UTF-32 put one or three zero bytes between ASCII characters.
function requireNamespace(content: Uint8Array): void {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const namespaces = [0, 1, 3].map((zeros) => Buffer.from(Array.from(NS.ds).join('\0'.repeat(zeros))));
  if (namespaces.some((namespace) => bytes.includes(namespace))) return;
  throw new SignatureDoubt('XADES_WITHOUT_SIGNATURE', 'The file names no XML signature.');
}

function repetitionOf(content: Uint8Array, { otherXades = [] }: EvidenceContext): readonly Applied[] {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const twin = otherXades.find((other) => other.sha256 === sha256);
  if (twin === undefined) return [];
  return [
    { rule: 'XADES_REPEATED', reason: `It holds the same bytes as ${twin.name}, which has another URL.` },
  ];
}

function rulesFor({ deciding, form, check }: ReadXmlSignature): readonly Applied[] {
  if (check.result === 'INTACT') {
    if (!deciding || form === 'XADES') return [];
    return [
      { rule: 'UNKNOWN_FORM', reason: 'The deciding signature is no XAdES: it has no signed properties.' },
    ];
  }
  if (deciding) return [check];
  if (check.result === 'NOT_CHECKED') return [];
  return [{ rule: 'INNER_SIGNATURE_CONTRADICTS_CONTENT', reason: `An inner signature: ${check.reason}` }];
}

function timeStampsOf({ hasTimeStamps }: ReadXmlSignatures): readonly Applied[] {
  if (!hasTimeStamps) return [];
  return [{ rule: 'TIME_STAMP', reason: 'It holds time stamps, which are not verified.' }];
}

function examineSigner(
  signatures: readonly ReadXmlSignature[],
  { signer }: EvidenceContext,
): { readonly isProved: boolean; readonly applied: readonly Applied[] } {
  if (signer === undefined) return { isProved: false, applied: [] };
  const comparisons = signatures
    .filter(({ isCovered }) => isCovered)
    .flatMap(({ signature }) => signature ?? [])
    .map(({ signingCertificate }) => compareSigner(signingCertificate, signer.personalIdentificationNumber));
  const isProved = comparisons.includes('SAME');
  if (isProved || !comparisons.includes('OTHER')) return { isProved, applied: [] };
  const reason = "The signing certificate names another identity number than the signer's.";
  return { isProved, applied: [{ rule: 'OTHER_SIGNER', reason }] };
}

function describe({ deciding, form, algorithm, check, signature }: ReadXmlSignature): ExaminedSignature {
  return {
    deciding,
    form,
    ...(algorithm === undefined ? {} : { algorithm: withoutContent(algorithm) }),
    result: check.result,
    ...(check.result === 'INTACT' ? {} : { reason: check.reason }),
    ...(signature === undefined ? {} : certificateFactsOf(signature)),
  };
}

// Any other attribute value may contain personal data.
function withoutContent(algorithm: string): string {
  return /^http:\/\/www\.w3\.org\/[\w/.#-]{1,80}$/u.test(algorithm) ? algorithm : 'unknown';
}
