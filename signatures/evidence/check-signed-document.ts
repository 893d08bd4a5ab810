import type { EvidenceVerdict } from './evidence-verdict.js';
import { examinePades } from './examine-pades.js';
import { examineXades } from './examine-xades.js';

/** A verdict without its details. */
export interface ShortVerdict {
  readonly result: EvidenceVerdict['result'];
  /** That of the first finding. */
  readonly reason?: string;
}

/** The short verdict of {@link examineXades}. */
export async function checkXades(content: Uint8Array): Promise<ShortVerdict> {
  return shortVerdictOf(await examineXades(content));
}

/** The short verdict of {@link examinePades}. */
export async function checkPades(content: Uint8Array): Promise<ShortVerdict> {
  return shortVerdictOf(await examinePades(content));
}

function shortVerdictOf({ result, findings: [first] }: EvidenceVerdict): ShortVerdict {
  return { result, ...(first === undefined ? {} : { reason: first.reason }) };
}
