import { EVIDENCE_RULES, type EvidenceFinding, type EvidenceRuleId } from '@signering/schema';
import type { EvidenceContext } from './evidence-context.js';
import type { EvidenceVerdict } from './evidence-verdict.js';

/** A rule that applies, before `warnOnly` is considered. */
export interface Applied {
  readonly rule: EvidenceRuleId;
  readonly reason: string;
}

/** Findings of an examination. */
export interface Examination extends Pick<EvidenceVerdict, 'proved' | 'signatures'> {
  readonly applied: readonly Applied[];
}

/** The verdict of an examination, after `warnOnly` has turned rules into warnings. */
export function verdictOf(
  { applied, proved, signatures }: Examination,
  { warnOnly = new Set() }: EvidenceContext,
): EvidenceVerdict {
  const findings = applied.map(({ rule, reason }): EvidenceFinding => {
    const isBroken = EVIDENCE_RULES.some(({ id, severity }) => id === rule && severity === 'BROKEN');
    return { rule, severity: isBroken && !warnOnly.has(rule) ? 'BROKEN' : 'WARNING', reason };
  });
  const broken = findings.filter(({ severity }) => severity === 'BROKEN');
  const warnings = findings.filter(({ severity }) => severity === 'WARNING');
  return {
    result: broken.length > 0 ? 'BROKEN' : warnings.length > 0 ? 'NOT_CHECKED' : 'INTACT',
    findings: [...broken, ...warnings],
    proved,
    signatures,
  };
}

/** The proof of an examination that proves nothing. */
export function nothingProved({ sent = [] }: EvidenceContext): EvidenceVerdict['proved'] {
  return {
    documents: sent.map(({ name }) => ({ name, digestOfSentDocument: false })),
    signer: false,
    job: false,
  };
}
