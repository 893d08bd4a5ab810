import { createHash } from 'node:crypto';
import { madeUpName } from './jobs/made-up-name.js';

/** A person of an e-ID. */
export interface Person {
  readonly name: string;
  /** The national identity number, 11 digits. */
  readonly personalIdentificationNumber: string;
}

/** Test people. Their numbers are synthetic (80 added to the month) with valid check digits. */
export const TEST_PEOPLE: readonly Person[] = [
  { name: 'Amalie Prøvestad', personalIdentificationNumber: '11828530064' },
  { name: 'Bjørn Testmoen', personalIdentificationNumber: '05919031087' },
  { name: 'Celine Øvingsvik', personalIdentificationNumber: '24877832038' },
  { name: 'Didrik Eksempeldal', personalIdentificationNumber: '17880170090' },
];

/** The person of a national identity number: a test person, or a generated one, the same for the same number. */
export function personOf(personalIdentificationNumber: string): Person {
  const known = TEST_PEOPLE.find(
    (person) => person.personalIdentificationNumber === personalIdentificationNumber,
  );
  return (
    known ?? {
      name: madeUpName(seedOf({ personalIdentificationNumber })),
      personalIdentificationNumber,
    }
  );
}

/** The seed of a generated name: the same identifier gives the same name. */
export function seedOf(identifier: object): Uint8Array {
  return createHash('sha256').update(JSON.stringify(identifier)).digest();
}
