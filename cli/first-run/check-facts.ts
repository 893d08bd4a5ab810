import type { DocumentCheck } from '@signering/client';

/** The verdict on a signed document. Members are named one by one: what a later version adds stays out. */
export type CheckFacts = ReturnType<typeof checkFacts>;

/** Takes what contains no personal data from a check. */
export function checkFacts({ result, resultText, findings, proved, signatures }: DocumentCheck) {
  return {
    result,
    ...wordOf({ resultText }),
    findings: findings.map(({ rule, severity, severityText, reason }) => ({
      ...{ rule, severity, reason },
      ...wordOf({ severityText }),
    })),
    proved: {
      documents: proved.documents.map(({ digestOfSentDocument }) => digestOfSentDocument),
      signer: proved.signer,
      job: proved.job,
    },
    signatures: signatures.map((signature) => {
      const { deciding, form, algorithm, result: found, resultText: foundText, reason, chain } = signature;
      return {
        ...{ deciding, form, algorithm, result: found, reason, chain },
        ...wordOf({ resultText: foundText }),
        certificateSubject: signature.certificateSubject,
      };
    }),
  };
}

/** Words of the service and of later versions have this form; other text could be anything. */
const WORD = /^[A-Z][A-Z0-9_]{0,59}$/u;

/** A word that this version does not know, unless its form shows that it is none. */
export function wordOf(
  member: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(member).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, WORD.test(text) ? text : '(not a word)']],
    ),
  );
}
