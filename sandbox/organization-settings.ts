import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './state/durable-file.js';
import { readJsonFile } from './state/read-json-file.js';

/** What an account manager has chosen for an organisation. */
export interface OrganizationChoices {
  /** Documents that everybody has signed are kept for 20 years. */
  readonly longTermStorage: boolean;
}

/** The choices of every organisation; at first none has long-term storage. */
export interface OrganizationSettings {
  of(organizationNumber: string): OrganizationChoices;
  /** Counts for jobs that end from now on. Durable when this resolves. */
  set(organizationNumber: string, choices: OrganizationChoices): Promise<void>;
}

const NONE: OrganizationChoices = { longTermStorage: false };
const SETTINGS_FILE = z.record(z.string(), z.object({ longTermStorage: z.boolean() }));

/** Opens the choices kept in a state folder. */
export async function openOrganizationSettings(stateFolder: string): Promise<OrganizationSettings> {
  const file = join(stateFolder, 'organizations.json');
  let all = (await readJsonFile(file, SETTINGS_FILE)) ?? {};
  return {
    of: (organizationNumber) => all[organizationNumber] ?? NONE,
    set: async (organizationNumber, choices) => {
      const changed = { ...all, [organizationNumber]: choices };
      await writeDurably(file, JSON.stringify(changed));
      all = changed;
    },
  };
}
