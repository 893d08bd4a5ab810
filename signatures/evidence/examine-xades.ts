import { createHash } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { checkOf, SignatureDoubt } from '../signature-check.js';
import { elementsAt } from '../xades/canonical-form.js';
import { readSignedXml } from '../xades/parse-signed-xml.js';
import { verifySignature, type XadesSignature } from '../xades/verify-xades-signature.js';
import { NS } from '../xades/xml-names.js';
import { elementsById, type ElementsById } from '../xades/xml-signature.js';
import type { EvidenceContext } from './evidence-context.js';
import type { EvidenceVerdict, ExaminedSignature } from './evidence-verdict.js';
import { compareDocuments } from './compare-documents.js';
import { nothingProved, verdictOf, type Applied } from './verdict-of.js';

/** A signer's XAdES holds one; each costs a look at the whole file. */
const MAX_SIGNATURES = 32;

/** One signature as it was read. */
interface ReadSignature {
  readonly examined: ExaminedSignature;
  readonly applied: readonly Applied[];
  /** Where it is intact. */
  readonly signature?: XadesSignature;
}

/**
 * Examines a signer's XAdES as it came back from the service: every form is taken, and what is not known here only
 * warns. Never throws for what the file holds.
 */
export async function examineXades(
  content: Uint8Array,
  context: EvidenceContext = {},
): Promise<EvidenceVerdict> {
  const repeated = repetitionOf(content, context);
  try {
    requireNamespace(content);
    const { isAsic, signatures } = readSignedXml(content, readSignatures);
    const deciding = signatures.filter(({ examined }) => examined.deciding);
    const intact = deciding.flatMap(({ signature }) => signature ?? []);
    const documents = await compareDocuments(
      { intact, complete: intact.length === deciding.length, isAsic },
      context,
    );
    return verdictOf(
      {
        applied: [...repeated, ...signatures.flatMap(({ applied }) => applied), ...documents.applied],
        proved: { ...nothingProved(context), documents: documents.proved },
        signatures: signatures.map(({ examined }) => examined),
      },
      context,
    );
  } catch (error) {
    const applied = [...repeated, checkOf(error)];
    return verdictOf({ applied, proved: nothingProved(context), signatures: [] }, context);
  }
}

// Without zeros the text of UTF-16 and UTF-32 is found too.
function requireNamespace(content: Uint8Array): void {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.includes(NS.ds) || Buffer.from(bytes.filter((byte) => byte !== 0)).includes(NS.ds)) return;
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

function readSignatures(root: XmlElement): {
  readonly isAsic: boolean;
  readonly signatures: readonly ReadSignature[];
} {
  const signatures = elementsAt(root, '//ds:Signature');
  if (signatures.length === 0) {
    throw new SignatureDoubt('XADES_WITHOUT_SIGNATURE', 'The XML holds no signature.');
  }
  if (signatures.length > MAX_SIGNATURES) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The XML holds too many signatures.');
  }
  const elements = elementsById(root);
  return {
    isAsic: elementsAt(root, '/asic:XAdESSignatures').length > 0,
    signatures: signatures.map((signature) => readSignature(signature, elements)),
  };
}

function readSignature(element: XmlElement, elements: ElementsById): ReadSignature {
  try {
    const signature = verifySignature(element, elements);
    const examined = {
      deciding: true,
      form: 'XADES',
      algorithm: signature.signatureAlgorithm,
      result: 'INTACT',
    } as const;
    return { examined, applied: [], signature };
  } catch (error) {
    const check = checkOf(error);
    const { result, reason } = check;
    return { examined: { deciding: true, form: 'UNKNOWN', result, reason }, applied: [check] };
  }
}
