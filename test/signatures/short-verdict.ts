import { examinePades, examineXades, type EvidenceVerdict } from '@signering/signatures';

/** A verdict reduced to the reason of its first finding. */
export interface ShortVerdict {
  readonly result: EvidenceVerdict['result'];
  readonly reason?: string;
}

export async function checkXades(content: Uint8Array): Promise<ShortVerdict> {
  return shortVerdictOf(await examineXades(content));
}

export async function checkPades(content: Uint8Array): Promise<ShortVerdict> {
  return shortVerdictOf(await examinePades(content));
}

function shortVerdictOf({ result, findings: [first] }: EvidenceVerdict): ShortVerdict {
  return { result, ...(first === undefined ? {} : { reason: first.reason }) };
}
