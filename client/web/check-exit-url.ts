import type { ExitProofs, JobExit } from './exit-proofs.js';
import { EXIT_PROOF } from './exit-urls.js';
import { notAnExitUrl } from './exit-visit.js';

/** The argument of `SigningClient.checkExitUrl`: what a visited exit URL holds. */
export interface ExitUrlToCheck extends JobExit {
  /** `exit_proof` of the URL. Absent: it has none. */
  readonly exitProof?: string | undefined;
}

/** PROVED: the URL has the right proof. NO_PROOF: it has none, and such URLs are still accepted. */
export type ExitUrlCheck = 'PROVED' | 'NO_PROOF';

/** What exit URLs are checked against. */
export interface ExitUrlRules {
  readonly proofs: ExitProofs;
  /** From this moment on URLs without a proof are refused. Absent: they are accepted. */
  readonly withoutProofUntil?: Date;
}

/** As `SigningClient.checkExitUrl`. @throws INVALID_REQUEST */
export function checkExitUrl(
  { exitProof, ...exit }: ExitUrlToCheck,
  { proofs, withoutProofUntil }: ExitUrlRules,
): ExitUrlCheck {
  if (exitProof !== undefined) {
    if (proofs.verify(exit, exitProof)) return 'PROVED';
    throw refused(
      'is not the proof of this exit URL. If a key was removed from SIGNERING_KEYS, add it again',
    );
  }
  if (withoutProofUntil === undefined || Date.now() < withoutProofUntil.getTime()) return 'NO_PROOF';
  const since = withoutProofUntil.toISOString().slice(0, 10);
  throw refused(
    `is missing, and SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL refuses such URLs since ${since}. ` +
      'Make exit URLs with makeExitUrls',
  );
}

function refused(message: string) {
  return notAnExitUrl([{ path: EXIT_PROOF, message }]);
}
