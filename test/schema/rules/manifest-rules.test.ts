import assert from 'node:assert/strict';
import {
  problemsOfDirectManifest,
  problemsOfPortalManifest,
  whatIsWrongWithExitUrl,
  type DirectSignatureJobManifest,
  type DirectSigner,
  type PortalSignatureJobManifest,
  type PortalSigner,
  type Sector,
} from '@signering/schema';

const PIN = '01815012345';
const BY_PIN: PortalSigner = {
  personalIdentificationNumber: PIN,
  notifications: { emailAddress: 'kari@example.com' },
};
const BY_EMAIL: PortalSigner = { notifications: { emailAddress: 'ola@example.com' } };
const LOOKED_UP: PortalSigner = {
  personalIdentificationNumber: PIN,
  notificationsUsingLookup: { sms: true },
};
const ONE = [{ href: 'a.pdf', mime: 'application/pdf', title: 'A' }];
const TWO = [...ONE, { href: 'b.pdf', mime: 'application/pdf', title: 'B' }];
const ADVANCED = { signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' } as const;
const AUTHENTICATED = { signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE' } as const;

interface Case {
  readonly rule: string;
  readonly signer?: PortalSigner;
  readonly manifest?: Partial<PortalSignatureJobManifest>;
  /**
   * Sectors in which it is broken; with an unknown sector, rules broken in both apply, unless `unknown` overrides
   * that.
   */
  readonly broken: readonly Sector[];
  readonly unknown?: boolean;
  readonly path: string;
}

const CASES: readonly Case[] = [
  {
    rule: 'private senders require level 4',
    manifest: { requiredAuthentication: 3 },
    broken: ['PRIVATE'],
    path: 'requiredAuthentication',
  },
  {
    rule: 'private senders show more than the name',
    manifest: { identifierInSignedDocuments: 'NAME' },
    broken: ['PRIVATE'],
    path: 'identifierInSignedDocuments',
  },
  {
    rule: 'private senders use advanced signatures',
    signer: { ...BY_PIN, ...AUTHENTICATED },
    broken: ['PRIVATE'],
    path: 'signers[0].signatureType',
  },
  {
    rule: 'public senders have one document signed with advanced signatures',
    signer: { ...BY_PIN, ...ADVANCED },
    manifest: { documents: TWO },
    broken: ['PUBLIC'],
    path: 'signers[0].signatureType',
  },
  {
    rule: 'public senders show the identity number with advanced signatures',
    signer: { ...BY_PIN, ...ADVANCED },
    manifest: { identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME' },
    broken: ['PUBLIC'],
    path: 'signers[0].signatureType',
  },
  {
    rule: 'the name alone is shown with authenticated signatures only',
    signer: { ...BY_PIN, ...ADVANCED },
    manifest: { identifierInSignedDocuments: 'NAME' },
    broken: ['PUBLIC'],
    unknown: true,
    path: 'signers[0].signatureType',
  },
  {
    rule: 'an identity number is shown of those who are addressed by it',
    signer: BY_EMAIL,
    manifest: { identifierInSignedDocuments: 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' },
    broken: ['PUBLIC', 'PRIVATE'],
    path: 'signers[0].personalIdentificationNumber',
  },
  {
    rule: 'private senders give the addresses themselves',
    signer: LOOKED_UP,
    broken: ['PRIVATE'],
    path: 'signers[0].notificationsUsingLookup',
  },
  {
    rule: 'a signer on behalf of another is not looked up',
    signer: { ...LOOKED_UP, onBehalfOf: 'OTHER' },
    broken: ['PUBLIC'],
    unknown: true,
    path: 'signers[0].notificationsUsingLookup',
  },
  {
    rule: 'a signer without an identity number is not looked up',
    signer: { notificationsUsingLookup: { sms: false } },
    broken: ['PUBLIC'],
    unknown: true,
    path: 'signers[0].notificationsUsingLookup',
  },
  {
    rule: 'a signer with a given address is not looked up',
    signer: { ...BY_PIN, ...LOOKED_UP },
    broken: ['PUBLIC'],
    unknown: true,
    path: 'signers[0].notifications.emailAddress',
  },
  {
    rule: 'every signer can be reached',
    signer: { personalIdentificationNumber: PIN, notifications: { emailAddress: ' ' } },
    broken: ['PUBLIC', 'PRIVATE'],
    path: 'signers[0]',
  },
  {
    rule: 'a job is open for 90 days at most',
    manifest: { availability: { availableSeconds: 7_776_001 } },
    broken: ['PUBLIC', 'PRIVATE'],
    path: 'availability.availableSeconds',
  },
];

describe('the rules of a portal job', () => {
  for (const { rule, signer = BY_PIN, manifest = {}, broken, unknown, path } of CASES) {
    it(rule, () => {
      const job: PortalSignatureJobManifest = {
        signers: [signer],
        sender: { organizationNumber: '123456789' },
        title: 'Leie',
        documents: ONE,
        ...manifest,
      };
      const pathsFor = (sector?: Sector) => problemsOfPortalManifest(job, sector).map((one) => one.path);
      for (const sector of broken) assert.deepEqual(pathsFor(sector), [path], sector);
      assert.deepEqual(pathsFor(), (unknown ?? broken.length === 2) ? [path] : [], 'sector unknown');
      for (const { message } of problemsOfPortalManifest(job)) assert.doesNotMatch(message, /0181501/u);
      const free = (['PUBLIC', 'PRIVATE'] as const).filter((sector) => !broken.includes(sector));
      if (unknown !== true) for (const sector of free) assert.deepEqual(pathsFor(sector), [], sector);
    });
  }

  it('accept 90 days, and the usual combinations of each sector', () => {
    const usual = { title: 'Leie', sender: { organizationNumber: '123456789' } };
    const ninetyDays = { availability: { availableSeconds: 7_776_000 } };
    const ofPublic = { ...usual, ...ninetyDays, signers: [LOOKED_UP], documents: TWO };
    assert.deepEqual(problemsOfPortalManifest({ ...ofPublic, requiredAuthentication: 3 }, 'PUBLIC'), []);
    const ofPrivate = { ...usual, ...ninetyDays, signers: [BY_PIN, BY_EMAIL], documents: TWO };
    assert.deepEqual(problemsOfPortalManifest({ ...ofPrivate, requiredAuthentication: 4 }, 'PRIVATE'), []);
  });
});

describe('the rules of a direct job', () => {
  const pathsOf = (
    signers: readonly DirectSigner[],
    manifest: Partial<DirectSignatureJobManifest> = {},
    sector?: Sector,
  ) => {
    const sender = { organizationNumber: '123456789' };
    const job = { signers, sender, title: 'Leie', documents: ONE, ...manifest };
    return problemsOfDirectManifest(job, sector).map(({ path }) => path);
  };
  const own = (signerIdentifier: string): DirectSigner => ({ identifier: { signerIdentifier } });

  it('signer names are unique, regardless of the kind of blanks', () => {
    assert.deepEqual(pathsOf([own('A 1'), own('B'), own('A\n1')]), ['signers[2].identifier']);
    assert.deepEqual(pathsOf([own('A 1'), own('A  1')]), []);
  });

  it('an identity number is shown only for signers identified by it', () => {
    const shown = { identifierInSignedDocuments: 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' } as const;
    const byPin: DirectSigner = { identifier: { personalIdentificationNumber: PIN } };
    assert.deepEqual(pathsOf([byPin, own('B')], shown), [
      'signers[1].identifier.personalIdentificationNumber',
    ]);
  });

  it('sector rules apply if the sector is known', () => {
    const manifest = { requiredAuthentication: 3, documents: TWO } as const;
    const signers = [{ ...own('A'), ...ADVANCED }];
    assert.deepEqual(pathsOf(signers, manifest, 'PRIVATE'), ['requiredAuthentication']);
    assert.deepEqual(pathsOf(signers, manifest, 'PUBLIC'), ['signers[0].signatureType']);
    assert.deepEqual(pathsOf(signers, manifest), []);
  });
});

describe('an exit URL', () => {
  it('is an address for a browser, with at most 500 characters', () => {
    const long = (length: number) => `https://example.com/${'x'.repeat(length - 20)}`;
    for (const url of ['https://example.com', 'http://localhost:3000/a?b=c', long(500)]) {
      assert.equal(whatIsWrongWithExitUrl(url), undefined);
    }
    assert.match(whatIsWrongWithExitUrl(long(501)) ?? '', /500/u);
    for (const url of ['', 'www.example.com', 'mailto:a@example.com', '/done']) {
      assert.match(whatIsWrongWithExitUrl(url) ?? '', /https/u);
    }
  });
});
