import { join } from 'node:path';
import { z } from 'zod';
import { openKeptEntries } from './state/kept-entries.js';

/** Settings that an account manager makes for an organisation. */
export interface OrganizationChoices {
  /** Keeps documents that all signers have signed for 20 years. */
  readonly longTermStorage: boolean;
}

/** The settings of every organisation; by default without long-term storage. */
export interface OrganizationSettings {
  of(organizationNumber: string): OrganizationChoices;
  /** Applies to jobs that end afterwards. Durable when this resolves. */
  set(organizationNumber: string, choices: OrganizationChoices): Promise<void>;
}

const NONE: OrganizationChoices = { longTermStorage: false };
const CHOICES = z.object({ longTermStorage: z.boolean() });

/** Opens the settings in a state folder. */
export async function openOrganizationSettings(stateFolder: string): Promise<OrganizationSettings> {
  const all = await openKeptEntries(join(stateFolder, 'organizations.json'), CHOICES);
  return {
    of: (organizationNumber) => all.find(organizationNumber) ?? NONE,
    set: async (organizationNumber, choices) => await all.set(organizationNumber, choices),
  };
}
