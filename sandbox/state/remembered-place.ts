import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable-file.js';
import { readJsonFile } from './read-json-file.js';

const PLACE_FILE = z.object({
  version: z.literal(1),
  /** Identifies this state folder. */
  stateId: z.string(),
  apiPort: z.number().int().optional(),
  adminPort: z.number().int().optional(),
  smtpPort: z.number().int().optional(),
});

/** Identity of the sandbox and its last port, which issued URLs contain. */
export interface RememberedPlace {
  readonly stateId: string;
  readonly apiPort?: number | undefined;
  readonly adminPort?: number | undefined;
  readonly smtpPort?: number | undefined;
}

/** Reads the place, or generates one for a new folder. */
export async function readPlace(stateFolder: string): Promise<RememberedPlace> {
  return (await readJsonFile(placeFile(stateFolder), PLACE_FILE)) ?? { stateId: randomUUID() };
}

export async function rememberPlace(stateFolder: string, place: RememberedPlace): Promise<void> {
  await writeDurably(placeFile(stateFolder), JSON.stringify({ version: 1, ...place }));
}

function placeFile(stateFolder: string): string {
  return join(stateFolder, 'place.json');
}
