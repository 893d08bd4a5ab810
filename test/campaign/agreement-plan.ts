import type { SeededRandom } from '../fuzz/seeded-random.js';

/** How an agreement of the campaign goes. */
export interface AgreementCourse {
  readonly flow: 'PORTAL' | 'DIRECT';
  /** The outcome that its receipt must name. */
  readonly outcome: 'SIGNED' | 'REJECTED' | 'CANCELLED' | 'EXPIRED';
  /** The order of each signer; equal orders sign in parallel. */
  readonly orders: readonly number[];
  /** The status is polled from the queue although the flow is direct. */
  readonly isPolled?: true;
  /** The answer to its create is lost, so a second job of the reference may exist. */
  readonly isInDoubt?: true;
  /** Its workflow is terminated once the job is created; the worker restarts it from the ledger. */
  readonly isTerminated?: true;
  /** Its ledger entry is damaged before its signers sign, and repaired when all others have ended. */
  readonly isDamaged?: true;
  /** Its time, a month, passes when all others have ended: the sandbox has one clock for all. */
  readonly isLast?: true;
}

/** The kinds of agreements. */
export const AGREEMENT_KINDS = {
  PORTAL_SIGNED: { flow: 'PORTAL', outcome: 'SIGNED', orders: [1] },
  PORTAL_CHAINED: { flow: 'PORTAL', outcome: 'SIGNED', orders: [1, 2] },
  PORTAL_TEN: { flow: 'PORTAL', outcome: 'SIGNED', orders: [1, 1, 1, 1, 1, 2, 2, 2, 3, 3] },
  PORTAL_REJECTED: { flow: 'PORTAL', outcome: 'REJECTED', orders: [1] },
  PORTAL_EXPIRED: { flow: 'PORTAL', outcome: 'EXPIRED', orders: [1] },
  PORTAL_CANCELLED: { flow: 'PORTAL', outcome: 'CANCELLED', orders: [1, 2] },
  PORTAL_CANCELLED_IN_DOUBT: { flow: 'PORTAL', outcome: 'CANCELLED', orders: [1, 2], isInDoubt: true },
  PORTAL_IN_DOUBT: { flow: 'PORTAL', outcome: 'SIGNED', orders: [1], isInDoubt: true },
  PORTAL_TERMINATED: { flow: 'PORTAL', outcome: 'SIGNED', orders: [1], isTerminated: true },
  PORTAL_DAMAGED: { flow: 'PORTAL', outcome: 'SIGNED', orders: [1], isDamaged: true },
  DIRECT_SIGNED: { flow: 'DIRECT', outcome: 'SIGNED', orders: [1] },
  DIRECT_REJECTED: { flow: 'DIRECT', outcome: 'REJECTED', orders: [1] },
  DIRECT_EXPIRED: { flow: 'DIRECT', outcome: 'EXPIRED', orders: [1], isPolled: true, isLast: true },
  DIRECT_IN_DOUBT: { flow: 'DIRECT', outcome: 'SIGNED', orders: [1], isInDoubt: true },
  DIRECT_POLLED: { flow: 'DIRECT', outcome: 'SIGNED', orders: [1], isPolled: true },
} as const satisfies Readonly<Record<string, AgreementCourse>>;
export type AgreementKind = keyof typeof AGREEMENT_KINDS;

/** One agreement of a campaign. */
export interface PlannedAgreement {
  readonly reference: string;
  readonly kind: AgreementKind;
}

/** How the agreements of a kind go. */
export function courseOf(kind: AgreementKind): AgreementCourse {
  return AGREEMENT_KINDS[kind];
}

/** A campaign that the same seed gives again. */
export interface CampaignPlan {
  readonly agreements: readonly PlannedAgreement[];
  /** Names of the fault menu. */
  readonly disturbances: readonly string[];
}

/** The argument of {@link planCampaign}. */
export interface CampaignPlanOptions {
  readonly agreements: number;
  readonly disturbances: number;
  /** Names of the fault menu. */
  readonly menu: readonly string[];
  readonly random: SeededRandom;
}

/** They wait for all others, and each takes the place of one that is under way. */
const MOST_LAST = 5;

/**
 * Every kind of agreement and of disturbance comes as often as the others; the order is the seed's. Only of those that are
 * last there are at most {@link MOST_LAST}, and they come last.
 */
export function planCampaign({ agreements, disturbances, menu, random }: CampaignPlanOptions): CampaignPlan {
  const kinds = Object.keys(AGREEMENT_KINDS) as AgreementKind[];
  const last = kinds.filter((kind) => courseOf(kind).isLast === true);
  const others = kinds.filter((kind) => !last.includes(kind));
  const lastCount = Math.min(Math.floor((agreements * last.length) / kinds.length), MOST_LAST);
  return {
    agreements: named([
      ...shuffled(repeated(shuffled(others, random), agreements - lastCount), random),
      ...repeated(last, lastCount),
    ]),
    disturbances: shuffled(repeated(shuffled([...menu], random), disturbances), random),
  };
}

/** Gives every agreement its reference. */
export function named(kinds: readonly AgreementKind[]): readonly PlannedAgreement[] {
  return kinds.map((kind, index) => numbered(kind, index + 1));
}

function numbered(kind: AgreementKind, number: number): PlannedAgreement {
  return { kind, reference: `campaign-${number}-${kind.toLowerCase().replaceAll('_', '-')}` };
}

/** Whether an agreement of the kind ends without regard to others. */
export function endsAlone(kind: AgreementKind): boolean {
  const { isDamaged, isLast } = courseOf(kind);
  return isDamaged === undefined && isLast === undefined;
}

/** An agreement beside those of a plan, which ends without regard to others. */
export function agreementBeside(number: number): PlannedAgreement {
  const kinds = (Object.keys(AGREEMENT_KINDS) as AgreementKind[]).filter(endsAlone);
  return numbered(kinds[number % kinds.length] ?? 'PORTAL_SIGNED', number);
}

function repeated<T>(items: readonly T[], length: number): T[] {
  return Array.from({ length }, (_, index) => items[index % items.length] as T);
}

function shuffled<T>(items: T[], random: SeededRandom): readonly T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}
