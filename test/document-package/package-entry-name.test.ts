import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isPackageEntryName, packageEntryNames } from '@signering/document-package';
import { seeded } from '../seed.js';

describe('the name of a document in a package', () => {
  const nameOf = (fileName: string) => packageEntryNames([fileName])[0];

  it('is the file name in letters that every client encodes the same way', () => {
    assert.equal(nameOf('Leieavtale Blåbærstien 4 (endelig).PDF'), 'leieavtale-blabaerstien-4-endelig.pdf');
    assert.equal(nameOf('Ødegård & Šimić: tilbud+1.pdf'), 'odegard-simic-tilbud-1.pdf');
    assert.equal(nameOf('../../etc/passwd'), 'etc-passwd');
    assert.equal(nameOf('a_b-c.1.txt'), 'a_b-c.1.txt');
  });

  it('has 4 to 100 characters, and keeps the extension', () => {
    assert.equal(nameOf('x'), 'document-x');
    assert.equal(nameOf(''), 'document');
    assert.equal(nameOf('契約.pdf'), 'document.pdf');
    const long = nameOf(`${'a'.repeat(300)}.pdf`);
    assert.equal(long?.length, 100);
    assert.match(long, /a\.pdf$/);
  });

  it('is unique in a package, and never manifest.xml', () => {
    assert.deepEqual(packageEntryNames(['Avtale.pdf', 'avtale.pdf', 'AVTALE.pdf', 'avtale-2.pdf']), [
      'avtale.pdf',
      'avtale-2.pdf',
      'avtale-3.pdf',
      'avtale-2-2.pdf',
    ]);
    assert.deepEqual(packageEntryNames(['manifest.xml']), ['manifest-2.xml']);
  });

  it('is valid for any file name, and deterministic', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 150 }), { maxLength: 20 }), (fileNames) => {
        const names = packageEntryNames(fileNames);
        assert.ok(names.every(isPackageEntryName), names.join(' '));
        assert.equal(new Set(names).size, fileNames.length);
        assert.deepEqual(packageEntryNames(fileNames), names);
      }),
      seeded({ numRuns: 300 }),
    );
  });
});
