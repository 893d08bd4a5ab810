import assert from 'node:assert/strict';
import type { DirectSignatureJobManifest, PortalSignatureJobManifest } from '@signering/schema';
import {
  InvalidMessageError,
  readDirectSignatureJobManifest,
  readPortalSignatureJobManifest,
  writeDirectSignatureJobManifest,
  writePortalSignatureJobManifest,
} from '@signering/schema/xml';
import { officialSchema } from './official-schema.js';

const DOCUMENT = { href: 'avtale.pdf', mime: 'application/pdf', title: 'Avtale' };
const CONTENT = {
  sender: { organizationNumber: '123456789' },
  title: 'Avtale',
  description: 'Les den nøye',
  documents: [DOCUMENT],
  requiredAuthentication: 4,
} as const;
const PORTAL: PortalSignatureJobManifest = {
  ...CONTENT,
  nonsensitiveTitle: 'Dokument',
  signers: [{ notifications: { emailAddress: 'a@example.com' } }],
};
const DIRECT: DirectSignatureJobManifest = {
  ...CONTENT,
  signers: [{ identifier: { signerIdentifier: 'kunde 7' } }],
};

describe('a manifest in the older form', () => {
  it('is accepted by the published schema, and read like the newer one', function () {
    const official = officialSchema(this);
    const portal = writePortalSignatureJobManifest(PORTAL, { form: 'SINGLE_DOCUMENT' });
    const direct = writeDirectSignatureJobManifest(DIRECT, { form: 'SINGLE_DOCUMENT' });
    assert.ok(official(portal) && official(direct));
    for (const xml of [portal, direct]) assert.ok(xml.includes('<document ') && !xml.includes('<documents'));
    assert.deepEqual(readPortalSignatureJobManifest(portal), PORTAL);
    assert.deepEqual(readDirectSignatureJobManifest(direct), DIRECT);
    assert.deepEqual(readPortalSignatureJobManifest(writePortalSignatureJobManifest(PORTAL)), PORTAL);
    assert.deepEqual(readDirectSignatureJobManifest(writeDirectSignatureJobManifest(DIRECT)), DIRECT);
  });

  it('is rejected if it would lose a document or a title', () => {
    const refusals = [
      [[], 'documents'],
      [[DOCUMENT, { ...DOCUMENT, href: 'vedlegg.pdf' }], 'documents'],
      [[{ ...DOCUMENT, title: 'Vedlegg' }], 'documents/document/title'],
    ] as const;
    for (const [documents, path] of refusals) {
      for (const write of [
        () => writePortalSignatureJobManifest({ ...PORTAL, documents }, { form: 'SINGLE_DOCUMENT' }),
        () => writeDirectSignatureJobManifest({ ...DIRECT, documents }, { form: 'SINGLE_DOCUMENT' }),
      ]) {
        assert.throws(
          write,
          (error) =>
            error instanceof InvalidMessageError &&
            error.facts.problems?.length === 1 &&
            error.facts.problems[0]?.path === path,
        );
      }
    }
  });
});
