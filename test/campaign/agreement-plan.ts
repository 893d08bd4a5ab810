import type { SeededRandom } from '../fuzz/seeded-random.js';

/** How an agreement of the campaign goes, and so how it must end. */
export const AGREEMENT_KINDS = {
  PORTAL_SIGNED: 'SIGNED',
  PORTAL_CHAINED: 'SIGNED',
  PORTAL_REJECTED: 'REJECTED',
  PORTAL_CANCELLED: 'CANCELLED',
  DIRECT_SIGNED: 'SIGNED',
  DIRECT_POLLED: 'SIGNED',
  // Its ledger entry is damaged before its signer signs, and repaired when all others have ended.
  PORTAL_DAMAGED: 'SIGNED',
} as const;
export type AgreementKind = keyof typeof AGREEMENT_KINDS;

/** One agreement of a campaign. */
export interface PlannedAgreement {
  readonly reference: string;
  readonly kind: AgreementKind;
}

/** What goes wrong during a campaign. */
export const DISTURBANCES = [
  'KILL_WORKER',
  'KILL_SANDBOX',
  'STORAGE_FAULTS',
  'JUNK_DOCUMENTS',
  'SERVICE_FAULTS',
  'STRAY_SIGNALS',
] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

/** A campaign that the same seed gives again. */
export interface CampaignPlan {
  readonly agreements: readonly PlannedAgreement[];
  readonly disturbances: readonly Disturbance[];
}

/** Every kind of agreement and of disturbance comes as often as the others; the order is the seed's. */
export function planCampaign(agreements: number, disturbances: number, random: SeededRandom): CampaignPlan {
  const kinds = Object.keys(AGREEMENT_KINDS) as AgreementKind[];
  return {
    agreements: shuffled(repeated(kinds, agreements), random).map((kind, index) => ({
      kind,
      reference: `campaign-${index + 1}-${kind.toLowerCase().replaceAll('_', '-')}`,
    })),
    disturbances: shuffled(repeated(DISTURBANCES, disturbances), random),
  };
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
