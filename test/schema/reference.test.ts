import assert from 'node:assert/strict';
import { whatIsWrongWithReference } from '@signering/schema';

describe('a reference', () => {
  it('has 1 to 50 letters, digits, . _ - / : # and blanks inside', () => {
    for (const reference of ['a', 'A-1', 'Leieavtale nr. 7/2030:#3_b', 'ærlig-ÅÆØ', 'x'.repeat(50)]) {
      assert.equal(whatIsWrongWithReference(reference), undefined, reference);
    }
    for (const reference of ['', 'x'.repeat(51), ' a', 'a ', 'a\tb', 'a&b', 'a%2fb', 'a\u0000', '😀']) {
      assert.notEqual(whatIsWrongWithReference(reference), undefined, reference);
    }
  });

  it('is in Unicode form NFC, so that it is the same however it was typed', () => {
    assert.equal(whatIsWrongWithReference('\u00e5'), undefined);
    assert.notEqual(whatIsWrongWithReference('a\u030a'), undefined);
  });
});
