import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable-file.js';
import { readJsonFile } from './read-json-file.js';

const PLACE_FILE = z.object({
  version: z.literal(1),
  /** Tells this state folder from every other. */
  stateId: z.string(),
  apiPort: z.number().int().optional(),
  adminPort: z.number().int().optional(),
});

/** Who this sandbox is and where it listened last: the URLs that it handed out name the port. */
export interface RememberedPlace {
  readonly stateId: string;
  readonly apiPort?: number | undefined;
  readonly adminPort?: number | undefined;
}

/** Reads the place, and makes one up for a new folder. */
export async function readPlace(stateFolder: string): Promise<RememberedPlace> {
  return (await readJsonFile(placeFile(stateFolder), PLACE_FILE)) ?? { stateId: randomUUID() };
}

export async function rememberPlace(stateFolder: string, place: RememberedPlace): Promise<void> {
  await writeDurably(placeFile(stateFolder), JSON.stringify({ version: 1, ...place }));
}

function placeFile(stateFolder: string): string {
  return join(stateFolder, 'place.json');
}
