import { createHash } from 'node:crypto';
import type { ArchivedDocument, DocumentRef } from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { EvidenceContext } from '@signering/signatures';
import type { ActivityDependencies } from './dependencies.js';

/** What a signed document is compared with. */
export interface ComparedWith {
  /** The documents of the request, in its order; empty when unknown. */
  readonly sent: readonly Pick<DocumentRef, 'sha256' | 'size'>[];
  /** XAdES of the same job that came from other URLs. */
  readonly otherXades: readonly Pick<ArchivedDocument, 'name' | 'sha256'>[];
  /** Of the signer of a XAdES, if the request has it. */
  readonly personalIdentificationNumber?: string;
}

/** The facts about the job that the examination of a signed document uses. */
export function evidenceContextOf(
  { sent, otherXades, personalIdentificationNumber }: ComparedWith,
  { documents, warnOnlyRules }: Pick<ActivityDependencies, 'documents' | 'warnOnlyRules'>,
): EvidenceContext {
  const sentDocuments = sent.map((document, index) => ({
    name: `document-${index + 1}`,
    sha256: document.sha256,
    digest: async (algorithm: 'sha384' | 'sha512') => {
      const content = await readIfThere(documents, document);
      return content && createHash(algorithm).update(content).digest('hex');
    },
  }));
  return {
    ...(sent.length > 0 && { sent: sentDocuments }),
    ...(personalIdentificationNumber !== undefined && { signer: { personalIdentificationNumber } }),
    otherXades,
    warnOnly: warnOnlyRules,
  };
}

/** Undefined for a lost document, which does not block signed documents; a storage fault does. */
export async function readIfThere(
  documents: ActivityDependencies['documents'],
  document: ComparedWith['sent'][number],
): Promise<Uint8Array | undefined> {
  try {
    return await documents.read(document);
  } catch (error) {
    if (error instanceof SigningError && !error.retryable) return undefined;
    throw error;
  }
}
