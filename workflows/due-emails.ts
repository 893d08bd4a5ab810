import type { JobEmail, JobNews, SignerProgress, SigningOutcome } from '@signering/contract';

const HOUR_MS = 60 * 60 * 1000;

/** Spec: the service's sender portal, which does the same. */
const REMIND_BEFORE_MS = 24 * HOUR_MS;
const WARN_OF_DELETION_MS = 4 * 24 * HOUR_MS;

/** Only a job that can be signed for longer than this has a reminder. Spec: the same. */
const REMIND_ABOVE_MS = 48 * HOUR_MS;

/** How a job stands, as its workflow knows it. */
export interface JobStanding {
  readonly signers: readonly SignerProgress[];
  /** In milliseconds since 1970. */
  readonly deadline: number | undefined;
  readonly keptUntil: Date | undefined;
  /** All have signed, and the service has said that the job is over. */
  readonly isCompleted?: boolean;
  readonly outcome?: SigningOutcome | undefined;
}

/** @param availableMs how long the job, or each group of its signers, can be signed */
export function newsOf(
  { signers, deadline, keptUntil, isCompleted = false, outcome }: JobStanding,
  availableMs: number,
): JobNews {
  const reminds = deadline !== undefined && availableMs > REMIND_ABOVE_MS;
  return {
    signers: signers.map(({ signer, status }) => ({ signer, status })),
    ...(reminds && { remindOf: new Date(deadline).toISOString() }),
    ...(isCompleted && { completed: true as const }),
    ...(outcome !== undefined && { outcome }),
    ...(keptUntil !== undefined && { serviceKeepsUntil: keptUntil.toISOString() }),
  };
}

/** Outcomes that no email about a signer reports. A person ordered a cancellation, and knows of it. */
const TOLD_AS_ENDED: readonly JobNews['outcome'][] = ['EXPIRED', 'FAILED', 'NOT_REPORTED'];

/** The emails that a job's state calls for, and when the next one is due. */
export interface DueEmails {
  /** Those due now, sent ones included. Those about a coming time are the first: the others keep their meaning. */
  readonly due: readonly JobEmail[];
  /** In milliseconds since 1970; absent when only news can make an email due. */
  readonly nextAt?: number;
}

export function dueEmails(
  { signers, remindOf, completed, outcome, serviceKeepsUntil }: JobNews,
  now: number,
): DueEmails {
  const counts = {
    signed: signers.filter(({ status }) => status === 'SIGNED').length,
    signers: signers.length,
  };
  const due: JobEmail[] = signers.flatMap(({ signer, status }) =>
    status === 'SIGNED' || status === 'REJECTED' ? [{ kind: status, signer, ...counts }] : [],
  );
  if (outcome !== undefined && TOLD_AS_ENDED.includes(outcome))
    due.push({ kind: 'ENDED', outcome, ...counts });
  const timed: readonly TimedEmail[] = [
    ...(outcome === undefined && remindOf !== undefined
      ? [
          {
            email: { kind: 'DEADLINE', deadline: remindOf, ...counts } as const,
            end: remindOf,
            beforeMs: REMIND_BEFORE_MS,
          },
        ]
      : []),
    ...((completed === true || outcome === 'SIGNED') && serviceKeepsUntil !== undefined
      ? [
          {
            email: {
              kind: 'STORAGE_ENDS',
              serviceKeepsUntil,
              ...(outcome === 'SIGNED' && { archived: true as const }),
            } as const,
            end: serviceKeepsUntil,
            beforeMs: WARN_OF_DELETION_MS,
          },
        ]
      : []),
  ];
  const later: number[] = [];
  for (const { email, end, beforeMs } of timed) {
    const endsAt = Date.parse(end);
    if (now < endsAt - beforeMs) later.push(endsAt - beforeMs);
    else if (now < endsAt) due.unshift(email);
  }
  return { due, ...(later.length > 0 && { nextAt: Math.min(...later) }) };
}

/** An email that is due for some time before an end. */
interface TimedEmail {
  readonly email: JobEmail;
  /** ISO 8601. */
  readonly end: string;
  readonly beforeMs: number;
}
