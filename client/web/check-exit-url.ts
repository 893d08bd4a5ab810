import type { ExitProofs, ProvedExit } from './exit-proofs.js';
import { EXIT_PROOF } from './exit-urls.js';
import { notAnExitUrl } from './exit-visit.js';

/** The argument of `SigningClient.checkExitUrl`: what a visited exit URL holds. */
export interface VisitedExitUrl extends ProvedExit {
  /** `exit_proof` of the URL. Absent: it has none. */
  readonly exitProof?: string | undefined;
}

/** What exit URLs are checked against. */
export interface ExitUrlRules {
  readonly proofs: ExitProofs;
  /** From this moment on URLs without a proof are refused. Absent: they are accepted. */
  readonly withoutProofUntil?: Date;
}

/** As `SigningClient.checkExitUrl`. @throws INVALID_REQUEST */
export function checkExitUrl(
  { exitProof, ...exit }: VisitedExitUrl,
  { proofs, withoutProofUntil }: ExitUrlRules,
): boolean {
  if (exitProof !== undefined) {
    if (proofs.verify(exit, exitProof)) return true;
    throw refused(
      'is not the proof of this exit URL. If a key was removed from SIGNERING_KEYS, add it again',
    );
  }
  if (withoutProofUntil === undefined || Date.now() < withoutProofUntil.getTime()) return false;
  const since = withoutProofUntil.toISOString().slice(0, 10);
  throw refused(
    `is missing, and SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL refuses such URLs since ${since}. ` +
      'Make exit URLs with exitUrlsFor',
  );
}

function refused(message: string) {
  return notAnExitUrl([{ path: EXIT_PROOF, message }]);
}
