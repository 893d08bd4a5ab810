import type { DistinguishedName } from './issue-certificate.js';

const OID = {
  commonName: '2.5.4.3',
  surname: '2.5.4.4',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  givenName: '2.5.4.42',
  organizationIdentifier: '2.5.4.97',
} as const;

/** Where a Norwegian enterprise certificate holds the organisation number: SEID2 in 2.5.4.97, SEID1 in 2.5.4.5. */
export type SubjectStyle = 'SEID2' | 'SEID1';

/** The subject of an enterprise certificate. Spec: SEID leveranse 1 (until 2020) and SEID 2. */
export function enterpriseSubject(organization: {
  readonly organizationNumber: string;
  readonly name: string;
  readonly style: SubjectStyle;
}): DistinguishedName {
  const { organizationNumber, name, style } = organization;
  const number =
    style === 'SEID2'
      ? { oid: OID.organizationIdentifier, value: `NTRNO-${organizationNumber}` }
      : { oid: OID.serialNumber, value: organizationNumber };
  return [
    { oid: OID.country, value: 'NO' },
    { oid: OID.organization, value: name },
    number,
    { oid: OID.commonName, value: name },
  ];
}

/** The subject of a person's e-ID. The serial number is the e-ID's own, never a national identity number. */
export function personSubject(person: {
  readonly name: string;
  readonly serialNumber?: string;
}): DistinguishedName {
  const { given, family } = splitName(person.name);
  return [
    { oid: OID.country, value: 'NO' },
    ...(family === undefined ? [] : [{ oid: OID.surname, value: family }]),
    ...(given === undefined ? [] : [{ oid: OID.givenName, value: given }]),
    ...(person.serialNumber === undefined ? [] : [{ oid: OID.serialNumber, value: person.serialNumber }]),
    { oid: OID.commonName, value: person.name },
  ];
}

/** The subject of a certificate authority. */
export function authoritySubject(name: string): DistinguishedName {
  return [
    { oid: OID.country, value: 'NO' },
    { oid: OID.organization, value: 'Signering Sandbox' },
    { oid: OID.commonName, value: name },
  ];
}

function splitName(name: string): { readonly given?: string; readonly family?: string } {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const family = words.pop();
  return words.length === 0 || family === undefined ? {} : { given: words.join(' '), family };
}
